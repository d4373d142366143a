import type { SpawnSyncReturns } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Environment } from './environment.js'
import { CniError, ErrorCode, failure, ifAny, messageOf } from './error.js'
import { int, JsonError, parseJson, record, string } from './json.js'
import { quote } from './quote.js'
import type { Request } from './request.js'
import { parseResult, type Result } from './result.js'
import { sleep } from './stdio.js'

/** A plugin file that is being written right now cannot be run. */
const busyRetry = { tries: 6, milliseconds: 1000 }

/** No result and no error message is longer. */
const maxOutput = 16 * 1024 * 1024

/** Set to our process ID in a child that carries out ADD under another label; no plugin is to inherit it. */
export const childMark = 'NETLOOM_CNI_TAP_CHILD'

/**
 * Has the IPAM plugin carry out ADD.
 * @throws {CniError} its own error, 7 where it is not to be found or run, or 103 where its answer cannot be used
 */
export function ipamAdd(request: Request, type: string): Result {
  const stdout = delegate(request, type, 'ADD')
  try {
    return parseResult(parseJson(stdout), request.version)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new CniError(ErrorCode.ipamUnusable, `cannot use the result of IPAM plugin ${quote(type)}: ${error.message}`)
  }
}

/**
 * Has a plugin on CNI_PATH carry out `command` with this call's configuration and environment, and `variables` instead of
 * its own.
 * @returns what it printed
 * @throws {CniError} its own error, or 7 if it cannot be found or run
 */
export function delegate(request: Request, type: string, command: string, variables: Environment = {}): Buffer {
  const file = findPlugin(type, request.path)
  const child = execute(file, request.stdin, { ...environmentFor(request, command), ...variables })
  if (child.status !== 0) throw failureOf(child)
  const stderr = child.stderr.toString().trimEnd()
  if (stderr !== '') request.note(stderr)
  return child.stdout
}

/** A FIFO is no namespace, and a plugin that opens it would wait for ever: to DEL it is a namespace that is gone. */
function environmentFor({ host, netns }: Request, command: string): Environment {
  const { [childMark]: _, ...env } = host.env
  return { ...env, CNI_COMMAND: command, ...(isOfKind(netns, 'isFIFO') && { CNI_NETNS: '' }) }
}

/**
 * The first regular file of that name along CNI_PATH.
 * @throws {CniError} 7
 */
export function findPlugin(type: string, path: string): string {
  if (type.includes('/')) throw new CniError(ErrorCode.invalidConfig, `invalid plugin name: ${type}`)
  const directories = path.split(':')
  for (const directory of directories) {
    const file = `${directory}/${type}`
    if (directory !== '' && isOfKind(file, 'isFile')) return file
  }
  throw new CniError(ErrorCode.invalidConfig, `failed to find plugin ${quote(type)} in path [${directories.join(' ')}]`)
}

function isOfKind(file: string, kind: 'isFile' | 'isFIFO'): boolean {
  return ifAny(`failed to look up ${quote(file)}`, () => statSync(file)[kind]()) ?? false
}

function execute(file: string, input: Buffer, env: Environment): SpawnSyncReturns<Buffer> {
  // Loaded only where a plugin is really run: it takes a noticeable part of the whole start-up.
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  for (let attempt = 1; ; attempt++) {
    const child = spawnSync(file, [], { input, env, maxBuffer: maxOutput })
    const busy = (child.error as NodeJS.ErrnoException | undefined)?.code === 'ETXTBSY'
    if (!busy || attempt === busyRetry.tries) return child
    sleep(busyRetry.milliseconds)
  }
}

const silent = 'netplugin failed with no error message'

/** What the plugin says of its failure, unchanged; else what can be said of it from outside. */
function failureOf({ status, signal, error, stdout, stderr }: SpawnSyncReturns<Buffer>): CniError {
  const unusable = (message: string) => new CniError(ErrorCode.ipamUnusable, message)
  const noMessage = (why: string) => unusable(`${silent}: ${why}`)
  if (status === null && error !== undefined) {
    // What was ended by a signal did run: its output was too long, which is told as ENOBUFS.
    return signal === null
      ? failure(silent, error, ErrorCode.invalidConfig)
      : unusable(`netplugin printed more than ${maxOutput} bytes`)
  }
  const ended = signal === null ? `exit status ${status}` : `signal: ${signal}`
  if (stdout.length === 0) {
    return stderr.length === 0 ? noMessage(ended) : unusable(`netplugin failed: ${quote(stderr.toString())}`)
  }
  try {
    const said = record({ code: int, msg: string, details: string }).decode(parseJson(stdout), '')
    if (said.code === undefined && said.msg === undefined) return noMessage(ended)
    return new CniError(said.code ?? 0, said.msg ?? '', said.details)
  } catch (problem) {
    const text = quote(stdout.toString())
    return unusable(`netplugin failed but error parsing its diagnostic message ${text}: ${messageOf(problem)}`)
  }
}
