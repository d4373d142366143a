// npm run hostile [-- --runs N --seed S --path P --in-process]: builds the plugin's executable, then gives it N generated calls that
// are mostly broken, each a process of its own, or with --in-process a call in this one. A failure prints the simplest call found,
// and the command that shows it again (--path).
import { build } from './lib/build.mjs'
import { buildExecutable } from './lib/exe.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { run } from './lib/repo.mjs'

const needs = build() && (await buildExecutable()) ? provideNeeds() : undefined
const hostile = (env) =>
  run(process.execPath, ['--import', 'tsx', 'test/hostile/main.ts', ...process.argv.slice(2)], { env })
process.exitCode = needs && hostile({ ...process.env, ...needs, NETLOOM_PLUGIN: 'exe' }) ? 0 : 1
