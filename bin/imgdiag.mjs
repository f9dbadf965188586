#!/usr/bin/env node
import { main } from '../dist/cli.js';

const code = await main(process.argv.slice(2));
process.exitCode = code;
// After Ctrl-C a decoder may still be busy in its thread: its image is not wanted any more.
if (code >= 128) process.exit();
