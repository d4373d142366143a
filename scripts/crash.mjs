// npm run crash [-- FAULT… --command COMMAND --on TEXT --every N --verbose]: builds the plugin's executable, then kills ADD and DEL at
// each of their system calls, fails each of them, and asks them to end at each, and looks what is left. FAULT is SIGKILL, SIGTERM,
// ENOMEM, EINTR or EBUSY; with --command only that one; with --on only calls in which TEXT occurs; with --every only every Nth trial.
import { build } from './lib/build.mjs'
import { buildExecutable } from './lib/exe.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { run } from './lib/repo.mjs'

const needs = build() && (await buildExecutable()) ? provideNeeds() : undefined
const crash = (env) =>
  run(process.execPath, ['--import', 'tsx', 'test/crash/main.ts', ...process.argv.slice(2)], { env })
process.exitCode = needs && crash({ ...process.env, ...needs, NETLOOM_PLUGIN: 'exe' }) ? 0 : 1
