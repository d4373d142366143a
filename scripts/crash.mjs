// npm run crash [-- FAULT… --command COMMAND --on TEXT --every N --verbose]: builds the plugin's executable, then kills ADD and DEL at
// each of their system calls, fails each of them, and asks them to end at each, and looks what is left. FAULT is SIGKILL, SIGTERM,
// ENOMEM, EINTR or EBUSY; with --command only that one; with --on only calls in which TEXT occurs; with --every only every Nth trial.
import { runOnExecutable } from './lib/on-exe.mjs'

process.exitCode = (await runOnExecutable('test/crash/main.ts')) ? 0 : 1
