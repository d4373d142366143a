import { build } from './build.mjs'
import { buildExecutable } from './exe.mjs'
import { provideNeeds } from './needs.mjs'
import { run } from './repo.mjs'

/** Builds the plugin's executable and runs a program of ours on it, with the arguments that we were given; true if it succeeded. */
export async function runOnExecutable(program) {
  const needs = build() && (await buildExecutable()) ? provideNeeds() : undefined
  const env = { ...process.env, ...needs, NETLOOM_PLUGIN: 'exe' }
  return Boolean(needs) && run(process.execPath, ['--import', 'tsx', program, ...process.argv.slice(2)], { env })
}
