/** Contents, as PEM; by default the authorities that Node knows are believed. */
interface TlsFiles {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
}

/** How to reach a Redis server. */
export interface RedisSettings {
  /** `redis://[user[:password]@]host[:port][/db]`, or `rediss://` for TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsFiles;
  readonly cluster?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}
