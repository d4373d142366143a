import { build } from './build.mjs'
import { buildExecutable } from './exe.mjs'
import { provideNeeds } from './needs.mjs'
import { run } from './repo.mjs'

/** Builds the plugin's executable and runs a program of ours on it, which is given the arguments as JSON; true if it succeeded. */
export async function runOnExecutable(program, given) {
  const needs = build() && (await buildExecutable()) ? provideNeeds() : undefined
  const env = { ...process.env, ...needs, NETLOOM_PLUGIN: 'exe' }
  return Boolean(needs) && run(process.execPath, ['--import', 'tsx', program, JSON.stringify(given)], { env })
}
