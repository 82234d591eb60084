// Makes this checkout runnable: right Node.js, dependencies as locked, sources compiled.
// Runs before every npm script, so doing nothing must be quick. Node.js built-ins only, and plain
// enough for an old Node.js to get as far as the message that it is too old.
'use strict';

const { spawnSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

const ROOT = path.join(__dirname, '..');
const MODULES = path.join(ROOT, 'node_modules');
const INSTALLED = path.join(MODULES, '.xueji-lock');
const LOCK = path.join(ROOT, '.data', 'ensure.lock');
const LOCK_STALE_AFTER = 10 * 60 * 1000;

function stop(message) {
  process.stderr.write('\n' + message + '\n\n');
  process.exit(1);
}

/** 20.19 and 22.12 are the first of their lines that can require() the ES modules we use. */
function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  stop(
    '学籍系统需要 Node.js 20.19、22.12 或更高版本，当前版本为 ' + process.version + '。\n' +
    'Xueji needs Node.js 20.19, 22.12 or newer; this is ' + process.version + '.');
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function isStale(file) {
  try {
    return !isAlive(Number(fs.readFileSync(file, 'utf8'))) || Date.now() - fs.statSync(file).mtimeMs > LOCK_STALE_AFTER;
  } catch {
    return false;
  }
}

/** Puts a dead holder's lock aside; gives it back if a live one had taken it in between. */
function clearLock() {
  const aside = LOCK + '.' + process.pid;
  try {
    fs.renameSync(LOCK, aside);
    if (!isStale(aside)) fs.linkSync(aside, LOCK);
  } catch {
    // Someone else was quicker; the next round sees how it stands.
  }
  fs.rmSync(aside, { force: true });
}

/** One at a time: two installs or two compilers in one folder would trample each other. */
function lock() {
  fs.mkdirSync(path.dirname(LOCK), { recursive: true });
  let told = false;
  for (;;) {
    try {
      fs.writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      process.on('exit', () => fs.rmSync(LOCK, { force: true }));
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isStale(LOCK)) {
      clearLock();
      continue;
    }
    if (!told) process.stderr.write('Waiting for another build of this folder (process ' + read(LOCK) + ') ...\n');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
}

/** What a user sets to reach the packages; everything else npm hands to its scripts would change what this install does. */
const REACHING_PACKAGES = /^npm_config_(.*registry|.*proxy|ca|cafile|cache|userconfig|globalconfig|strict_ssl|.*auth.*)$/i;

function installEnvironment() {
  const entries = Object.entries(process.env).filter(([name]) => name !== 'NODE_ENV' && (!/^npm_/i.test(name) || REACHING_PACKAGES.test(name)));
  return Object.fromEntries(entries);
}

function npm(args) {
  const cli = process.env.npm_execpath;
  const options = { cwd: ROOT, env: installEnvironment(), stdio: 'inherit' };
  if (cli && path.basename(cli) === 'npm-cli.js') return spawnSync(process.execPath, [cli].concat(args), options);
  return spawnSync('npm', args, Object.assign(options, { shell: process.platform === 'win32' }));
}

function install() {
  const wanted = crypto.createHash('sha256')
    .update(fs.readFileSync(path.join(ROOT, 'package-lock.json')))
    .update([process.version, process.platform, process.arch].join(' '))
    .digest('hex');
  if (read(INSTALLED) === wanted) return;
  process.stderr.write('Installing dependencies ...\n');
  const run = npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  if (run.status !== 0) stop('npm ci failed' + (run.error ? ': ' + run.error.message : '') + '. Nothing can run before it succeeds.');
  fs.writeFileSync(INSTALLED, wanted);
}

/** Every workspace folder, from the references of the root tsconfig. */
function packages() {
  return JSON.parse(fs.readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8')).references.map((reference) => path.join(ROOT, reference.path));
}

const OUTPUT = /(\.d\.ts|\.js)(\.map)?$|\.json$/;

function hasSource(folder, output) {
  if (output.endsWith('.json')) return fs.existsSync(path.join(folder, output));
  const stem = path.join(folder, output.replace(OUTPUT, ''));
  return fs.existsSync(stem + '.ts') || fs.existsSync(stem + '.tsx');
}

/** The compiler never deletes: without this, the test of a deleted source would run for ever. */
function prune(folder, below) {
  const dist = path.join(folder, 'dist', below);
  for (const entry of fs.existsSync(dist) ? fs.readdirSync(dist, { withFileTypes: true }) : []) {
    const output = path.join(below, entry.name);
    if (entry.isDirectory()) prune(folder, output);
    else if (OUTPUT.test(entry.name) && !hasSource(folder, output)) fs.rmSync(path.join(dist, entry.name), { force: true });
  }
}

function compile() {
  for (const folder of packages()) prune(folder, '');
  const tsc = path.join(MODULES, 'typescript', 'bin', 'tsc');
  const run = spawnSync(process.execPath, [tsc, '-b'], { cwd: ROOT, stdio: 'inherit' });
  if (run.status !== 0) stop('The sources do not compile' + (run.error ? ': ' + run.error.message : '; see above') + '.');
}

checkNode();
lock();
install();
compile();
