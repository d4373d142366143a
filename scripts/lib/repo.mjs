import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's top folder, whatever the working directory is. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

export const path = (...parts) => join(root, ...parts)

export const rootPackage = () => JSON.parse(readFileSync(path('package.json'), 'utf8'))

/** True if this machine must run every test (CI is set): a missing requirement fails instead of skipping tests. */
export const strict = () => !['', '0', 'false', undefined].includes(process.env.CI)

// npm gives up a connection that hangs after a minute instead of five, and tries again more often: a limit of ten minutes for a test
// file is enough then.
process.env.npm_config_fetch_timeout ??= '60000'
process.env.npm_config_fetch_retries ??= '4'

/** Prints the name of a step, so that a user sees what takes the time. */
export const say = (text) => console.log(`\n▸ ${text}`)

/** Runs a program in the repository's top folder with inherited streams. Returns true if it succeeded. */
export function run(program, args, options = {}) {
  const { status, error, signal } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) console.error(`${program}: ${error.message}`)
  if (signal) console.error(`${program}: ended by ${signal}`)
  return status === 0
}

/** Argument of Node: the entry points of the packages are the modules of `dist`, and not the bundles. */
export const modulesCondition = '--conditions=netloom'

/**
 * Arguments of Node for a TypeScript program. Tests import single modules from `dist`, so the packages' entry points must be those
 * modules too, and not the bundles, which contain copies.
 */
export const modulesOfDist = [modulesCondition, '--import', 'tsx']

/** Runs a program of the installed dependencies. */
export const runTool = (name, args, options) => run(path('node_modules/.bin', name), args, options)

/** Runs a program silently. Returns its output, or undefined if it failed. */
export function capture(program, args, options = {}) {
  const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: 'utf8', ...options })
  return status === 0 ? stdout.trim() : undefined
}
