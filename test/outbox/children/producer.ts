// node producer.ts FOLDER NAME: stores events for later until it is killed, and says each when it is stored.
import fs from 'node:fs';
import { emitLater } from '../../../src/api.ts';

const [folder = '', name = ''] = process.argv.slice(2);
for (let number = 0; ; number += 1) {
  emitLater({ type: 'test.passed', data: { name: `${name} ${number}` } }, { folder });
  // At once, also when it is killed right after.
  fs.writeSync(1, `${number}\n`);
}
