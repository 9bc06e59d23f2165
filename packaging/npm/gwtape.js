#!/usr/bin/env node
// Runs the program of this platform's package with our arguments, streams and signals, and ends with its exit code.
'use strict';

const { spawn } = require('node:child_process');

const name = `@gwtape/${process.platform}-${process.arch}`;
let program;
try {
    program = require.resolve(`${name}/bin/gwtape`);
} catch {
    console.error(`gwtape: there is no ${name}: gwtape has no program for this platform, or optional dependencies were left out`);
    process.exit(5);
}
const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
    console.error(`gwtape: ${error.message}`);
    process.exit(5);
});
child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    for (const each of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(each);
    process.kill(process.pid, signal);
});
