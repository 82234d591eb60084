import { spawn } from 'node:child_process';

/**
 * Ties a server to this process: when this process ends without stopping it, even by SIGKILL, the server
 * gets `signal` and its throw-away `folder` goes. Returns a function that unties it.
 */
export function leash(pid: number, folder: string, signal: 'KILL' | 'QUIT' = 'KILL'): () => void {
  // The shell waits for the end of its input, which comes when we are gone.
  const script = 'read -r _; kill -s "$2" "$0"; tries=50; while kill -s 0 "$0" && [ $tries -gt 0 ]; do sleep 0.1; tries=$((tries - 1)); done; rm -rf "$1"';
  const watcher = spawn('/bin/sh', ['-c', script, String(pid), folder, signal], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.on('error', () => undefined);
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  return () => void watcher.kill('SIGKILL');
}
