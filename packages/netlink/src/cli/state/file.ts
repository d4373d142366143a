import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ArgumentError, isRecord, show } from '../../codec/error.js'
import type { Desired } from '../../plan/index.js'
import { stateFromJson } from './from-json.js'

/** File names of modules. All other files are JSON. */
const MODULE = /\.[cm]?[jt]s$/

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** Returns the default export of a module: a desired state, or a function that returns one. */
async function exported(file: string): Promise<unknown> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(resolve(file)).href)
  const state = module.default
  return typeof state === 'function' ? await state() : await state
}

/** Returns what a module exports. @throws {TypeError} if it throws anything, or waits for something that cannot happen */
async function fromModule(file: string): Promise<unknown> {
  let onIdle = () => {}
  const idle = new Promise((_, reject) => {
    onIdle = () => reject(new ArgumentError('its promise is never fulfilled'))
    process.once('beforeExit', onIdle)
  })
  try {
    return await Promise.race([exported(file), idle])
  } catch (error) {
    throw new ArgumentError(`${file}: expected a module that exports a desired state: ${reasonOf(error)}`)
  } finally {
    process.off('beforeExit', onIdle)
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new ArgumentError(`${nameOf(file)}: expected a file that this user can read: ${reasonOf(error)}`)
  }
}

function fromJson(file: string): unknown {
  const text = textOf(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ArgumentError(`${nameOf(file)}: expected JSON, got other text: ${reasonOf(error)}`)
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
