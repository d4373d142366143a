import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's top folder, wherever the command was typed. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

export const path = (...parts) => join(root, ...parts)

export const rootPackage = () => JSON.parse(readFileSync(path('package.json'), 'utf8'))

/** True on a machine that must have everything: what is missing fails there instead of being skipped. */
export const strict = () => !['', '0', 'false', undefined].includes(process.env.CI)

/** Announces a step, so that a person sees what takes the time. */
export const say = (text) => console.log(`\n▸ ${text}`)

/** Runs a program in the repository's top folder with our own streams; true if it succeeded. */
export function run(program, args, options = {}) {
  const { status, error, signal } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) console.error(`${program}: ${error.message}`)
  if (signal) console.error(`${program}: ended by ${signal}`)
  return status === 0
}

/** Runs a program that the installed dependencies brought. */
export const runTool = (name, args, options) => run(path('node_modules/.bin', name), args, options)

/** Runs a program silently; its output, or undefined if it failed. */
export function capture(program, args, options = {}) {
  const { status, stdout } = spawnSync(program, args, { cwd: root, encoding: 'utf8', ...options })
  return status === 0 ? stdout.trim() : undefined
}
