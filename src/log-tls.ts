import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { LineclearError, messageOf } from './contract/errors.ts';

const name = z.string().min(1);

/** Files of certificates, by their paths from the workspace: who vouches for the server, and who one is oneself. */
export const tlsSchema = z.strictObject({ ca: name, cert: name, key: name });

export type TlsFiles = Partial<z.infer<typeof tlsSchema>>;

/** What the files hold; undefined when there are none. `table` is the one that names them. Throws `invalid_config`. */
export function readTls(root: string, table: string, files: TlsFiles): TlsFiles | undefined {
  const read = (key: keyof TlsFiles): string | undefined => {
    const file = files[key];
    if (file === undefined) return undefined;
    try {
      return fs.readFileSync(path.resolve(root, file), 'utf8');
    } catch (error) {
      const field = `${table}.${key}`;
      throw new LineclearError('invalid_config', `${field}: ${file} cannot be read: ${messageOf(error)}`, {
        field,
        cause: error,
      });
    }
  };
  const tls = { ca: read('ca'), cert: read('cert'), key: read('key') };
  return Object.values(tls).some((value) => value !== undefined) ? tls : undefined;
}
