import { build } from './build.mjs'
import { buildExecutable, buildSanitized } from './exe.mjs'
import { provideNeeds } from './needs.mjs'
import { modulesOfDist, run } from './repo.mjs'

/**
 * Builds the plugin's executable and runs one of our programs with it. The program receives the arguments as JSON. Returns true if
 * it succeeded. With `sanitize` among the values it uses the executable with sanitizers.
 */
export async function runOnExecutable(program, given) {
  const { sanitize } = given.values
  const isBuilt = (await build()) && (await (sanitize ? buildSanitized() : buildExecutable()))
  const needs = isBuilt ? provideNeeds() : undefined
  const env = { ...process.env, ...needs, NETLOOM_PLUGIN: sanitize ? 'sanitized' : 'exe' }
  return Boolean(needs) && run(process.execPath, [...modulesOfDist, program, JSON.stringify(given)], { env })
}
