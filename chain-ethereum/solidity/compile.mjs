// Compiles the contracts by standard JSON and writes what the Java build takes, or compares it.
//
//     npm ci && node compile.mjs            writes the artefacts
//     npm ci && node compile.mjs --check    ends with 1 if the committed ones are not these, byte for byte
//
// The same sources, compiler and settings give the same bytes on every machine: no metadata hash is appended
// (docs/decisions/103).

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const solc = require('solc');

const here = dirname(fileURLToPath(import.meta.url));
const settings = JSON.parse(readFileSync(join(here, 'settings.json'), 'utf8'));
const sources = join(here, '../src/main/solidity');
const artefacts = join(here, '../src/main/resources/org/modelledger/chain/ethereum');
const contracts = ['ModelRegistry'];
const greatestCode = 24576; // EIP-170

const input = {
  language: 'Solidity',
  sources: Object.fromEntries(
    readdirSync(sources).filter((name) => name.endsWith('.sol')).sort()
      .map((name) => [name, { content: readFileSync(join(sources, name), 'utf8') }])),
  settings: {
    ...settings,
    outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
  },
};

const findImport = (path) => {
  try {
    return { contents: readFileSync(join(here, 'node_modules', path), 'utf8') };
  } catch (e) {
    return { error: e.message };
  }
};

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: findImport }));
// a warning is an error, but in the libraries of others
const errors = (output.errors ?? [])
  .filter((e) => e.severity === 'error' || !e.sourceLocation?.file.startsWith('@'));
if (errors.length > 0) {
  errors.forEach((e) => console.error(e.formattedMessage));
  process.exit(1);
}

let bad = false;
for (const name of contracts) {
  const { abi, evm } = output.contracts[`${name}.sol`][name];
  const code = evm.deployedBytecode.object;
  const files = {
    abi: '[\n' + abi.map((entry) => JSON.stringify(entry)).join(',\n') + '\n]\n',
    bin: evm.bytecode.object, // no newline: web3j's generator takes the file as it is
    'bin-runtime': code,
  };
  console.log(`${name}: ${code.length / 2} bytes of code, at most ${greatestCode}; solc ${solc.version()}`);
  if (code.length / 2 > greatestCode) {
    console.error(`${name}: too large`);
    bad = true;
  }
  mkdirSync(artefacts, { recursive: true });
  for (const [kind, content] of Object.entries(files)) {
    const file = join(artefacts, `${name}.${kind}`);
    if (!process.argv.includes('--check')) {
      writeFileSync(file, content);
    } else if (readFileSync(file, 'utf8') !== content) {
      console.error(`${file} is not what the sources compile to; run: node compile.mjs`);
      bad = true;
    }
  }
}
process.exit(bad ? 1 : 0);
