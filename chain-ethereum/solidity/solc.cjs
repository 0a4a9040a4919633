#!/usr/bin/env node
// The compiler of npm behind the command line that forge and Slither know: --version, and standard JSON from stdin.
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const solc = require(join(__dirname, 'node_modules', 'solc'));

if (process.argv.includes('--version')) {
  const version = solc.version().replace('Emscripten.clang', 'Linux.g++');
  console.log(`solc, the solidity compiler commandline interface\nVersion: ${version}`);
} else {
  process.stdout.write(solc.compile(readFileSync(0, 'utf8')));
}
