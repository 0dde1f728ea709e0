import crypto from 'node:crypto';
import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import zlib from 'node:zlib';

/** Until then most of what is needed at a start has run, and so was compiled. */
const KEEP_AFTER_MS = 3_000;
const HASH = 'sha256';
const HASH_BYTES = 32;
const HEAD_BYTES = HASH_BYTES + 4;

type Wrapped = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  file: string,
  folder: string,
) => void;

/**
 * Loads a CommonJS bundle as `require` does, but with what V8 compiled of it at an earlier start, which is kept in
 * `codeFile`: compiling takes most of the time. Returns its exports; throws what the bundle throws. Node's own compile cache would
 * keep the modules of all other extensions of the window as well.
 */
export function loadBundle(file: string, codeFile: string): unknown {
  const source = fs.readFileSync(file);
  const hash = crypto.createHash(HASH).update(source).digest();
  const cachedData = readCode(codeFile, hash);
  const script = new vm.Script(Module.wrap(source.toString()), {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  const module = { exports: {} };
  const run: Wrapped = script.runInThisContext();
  run(module.exports, createRequire(file), module, file, path.dirname(file));
  if (!cachedData || script.cachedDataRejected)
    setTimeout(() => keepCode(codeFile, hash, script.createCachedData()), KEEP_AFTER_MS).unref();
  return module.exports;
}

/** What was kept for this very source, whole. V8 itself refuses what another version of it made. */
function readCode(codeFile: string, hash: Buffer): Buffer | undefined {
  try {
    const kept = fs.readFileSync(codeFile);
    const code = kept.subarray(HEAD_BYTES);
    const isWhole = kept.length > HEAD_BYTES && zlib.crc32(code) === kept.readUInt32BE(HASH_BYTES);
    return isWhole && hash.equals(kept.subarray(0, HASH_BYTES)) ? code : undefined;
  } catch {
    return undefined; // there is none yet
  }
}

function keepCode(codeFile: string, hash: Buffer, code: Buffer): void {
  const sum = Buffer.alloc(HEAD_BYTES - HASH_BYTES);
  sum.writeUInt32BE(zlib.crc32(code));
  // Two windows may write it at the same time: what is not whole is not used.
  const part = `${codeFile}.part`;
  try {
    fs.mkdirSync(path.dirname(codeFile), { recursive: true });
    fs.writeFileSync(part, Buffer.concat([hash, sum, code]));
    fs.renameSync(part, codeFile);
  } catch {
    // Without it only the next start is slower.
  }
}
