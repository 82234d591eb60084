import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { receiveFile, type ReceivedFile, type Receiving } from './receive-file';

/** Files of one kind under keys. What somebody called a file is data and never part of a path. */
export interface FileFolder {
  /** where a file lies, for readers that need a path */
  path(key: string): string;
  /** The body of a request as a new file; under a random key when none is given. Leaves nothing behind when it throws a refusal. */
  receive(request: IncomingMessage, receiving: Receiving, key?: string): Promise<ReceivedFile>;
  write(key: string, content: Uint8Array): Promise<void>;
  read(key: string): Readable;
  rename(key: string, to: string): Promise<void>;
  /** no fault when it is not there */
  remove(key: string): Promise<void>;
}

/** A folder that no address leads into; all processes of a service share it. */
export function fileFolder(folder: string): FileFolder {
  const path = (key: string) => {
    if (!/^\w[\w.-]{0,99}$/.test(key)) throw new Error('no key of a file');
    return join(folder, key);
  };
  return {
    path,
    receive: async (request, receiving, key = randomUUID()) => {
      await mkdir(folder, { recursive: true });
      return { key, ...(await receiveFile(request, path(key), receiving)) };
    },
    write: async (key, content) => {
      await mkdir(folder, { recursive: true });
      await writeFile(path(key), content, { mode: 0o600 });
    },
    read: (key) => createReadStream(path(key)),
    rename: (key, to) => rename(path(key), path(to)),
    remove: (key) => rm(path(key), { force: true }),
  };
}
