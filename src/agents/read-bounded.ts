import { LineclearError, messageOf } from '../contract/errors.ts';

/** Bytes of an answer. */
const SIZE = 2 * 1024 * 1024;
const REDIRECTS = 3;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The text at an address, over https only (or from this very machine), also where it redirects to. Throws
 * `registry_unusable` with the reason.
 */
export async function readBounded(address: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await follow(address, signal);
    if (!response.ok) throw refused(`The server answers ${response.status}.`);
    return await readBody(response);
  } catch (error) {
    if (error instanceof LineclearError) throw error;
    const late = error instanceof DOMException && error.name === 'TimeoutError';
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : '';
    throw refused(late ? 'The server does not answer in time.' : `${messageOf(error)}${cause}`);
  }
}

const refused = (why: string): LineclearError => new LineclearError('registry_unusable', why);

async function follow(address: string, signal: AbortSignal): Promise<Response> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= REDIRECTS; redirects += 1) {
    const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
    if (!isSafe) throw refused(`${url.origin} is not an https address.`);
    const response = await fetch(url, { redirect: 'manual', signal });
    const next = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || next === null) return response;
    await response.body?.cancel();
    url = new URL(next, url);
  }
  throw refused(`It redirects more than ${REDIRECTS} times.`);
}

async function readBody(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > SIZE) throw refused(`It is larger than ${SIZE / 1024 ** 2} MiB.`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
