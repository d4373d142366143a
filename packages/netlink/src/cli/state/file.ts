import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ArgumentError, isRecord, show } from '../../codec/error.js'
import type { Desired } from '../../plan/index.js'
import { stateFromJson } from './from-json.js'

/** File names of modules. All other files are JSON. */
const MODULE = /\.[cm]?[jt]s$/

/** Returns the default export of a module: a desired state, or a function that returns one. */
async function fromModule(file: string): Promise<unknown> {
  const exported: Readonly<Record<string, unknown>> = await import(pathToFileURL(resolve(file)).href)
  const state = exported.default
  return typeof state === 'function' ? await state() : await state
}

function fromJson(file: string): unknown {
  const text = readFileSync(file === '-' ? 0 : file, 'utf8')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ArgumentError(`${nameOf(file)}: expected JSON, got other text: ${(error as Error).message}`)
  }
}

const nameOf = (file: string) => (file === '-' ? 'standard input' : file)

/**
 * Reads a desired state from a JSON file, a module, or `-`, the standard input as JSON. A JSON file may name its schema as `$schema`.
 * @throws {TypeError} if the file has no desired state
 */
export async function readState(file: string): Promise<Desired> {
  const isModule = MODULE.test(file)
  const state = isModule ? await fromModule(file) : fromJson(file)
  if (!isRecord(state))
    throw new ArgumentError(`${nameOf(file)}: expected a desired state, an object with lists, got ${show(state)}`)
  const { $schema: _, ...desired } = state
  // Its members are checked by `nl.plan`.
  return (isModule ? desired : stateFromJson(desired)) as Desired
}
