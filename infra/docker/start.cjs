// Entry point of every container: takes its environment from the file that the set-up container wrote, then becomes that process.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const name = process.argv[2];
Object.assign(process.env, JSON.parse(readFileSync(join(process.env.DATA_DIR || '/data', 'env', `${name}.json`), 'utf8')));
require(join(__dirname, '..', '..', name === 'gateway' ? 'gateway' : join('services', name), 'dist', 'src', 'main.js'));
