import { statSync } from 'node:fs'
import { type Environment, type Finished, maxOutput, run } from '../system/run-program.js'
import { CniError, ErrorCode, errnoCode, failure, ifAny, messageOf } from './error.js'
import { int, JsonError, parseJson, record, string } from './json.js'
import { quote } from './quote.js'
import type { Request } from './request.js'
import { parseResult, type Result } from './result.js'
import type { CniVersion } from './version.js'

/** Set to our process ID in a child that carries out ADD under another label; no plugin is to inherit it. */
export const childMark = 'NETLOOM_CNI_TAP_CHILD'

/**
 * Refuses an IPAM plugin that cannot work with a tap: dhcp waits for an answer from a server, and no frame passes a tap before
 * a process has opened it.
 * @throws {CniError} 7
 */
export function requireUsableIpam(type: string | undefined): void {
  if (type !== 'dhcp') return
  const fact = 'no DHCP server can be reached through a tap that no process has opened'
  throw new CniError(ErrorCode.invalidConfig, `invalid ipam type "dhcp": ${fact}`)
}

/**
 * Runs ADD of the IPAM plugin.
 * @returns its result, with at least one address
 * @throws {CniError} its own error, 7 if it cannot be found or executed, or 103 if its result cannot be used
 */
export function ipamAdd(request: Request, type: string): Result {
  const result = parseIpamResult(delegate(request, type, 'ADD'), type, request.version)
  if (result.ips.length === 0) throw new CniError(ErrorCode.ipamUnusable, 'IPAM plugin returned missing IP config')
  return result
}

function parseIpamResult(stdout: Buffer, type: string, version: CniVersion): Result {
  try {
    return parseResult(parseJson(stdout), version)
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
  const env = { ...environmentFor(request, command), ...variables }
  const child = run(file, { input: request.stdin, env, endWithParent: request.process.endWithParent })
  if (child.status !== 0 || child.error !== undefined) throw failureOf(child)
  const stderr = child.stderr.toString().trimEnd()
  if (stderr !== '') request.note(stderr)
  return child.stdout
}

/** A FIFO is no namespace, and a plugin that opens it would wait for ever: to DEL it is a namespace that is gone. */
function environmentFor({ process: { env: inherited }, netns }: Request, command: string): Environment {
  const { [childMark]: _, ...env } = inherited
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

const silent = 'netplugin failed with no error message'

/** What the plugin says of its failure, unchanged; else what can be said of it from outside. */
function failureOf({ status, signal, error, isStarted, stdout, stderr }: Finished): CniError {
  const unusable = (message: string) => new CniError(ErrorCode.ipamUnusable, message)
  const noMessage = (why: string) => unusable(`${silent}: ${why}`)
  if (isStarted && errnoCode(error) === 'ENOBUFS') return unusable(`netplugin printed more than ${maxOutput} bytes`)
  if (error !== undefined) return failure(silent, error, isStarted ? ErrorCode.ipamUnusable : ErrorCode.invalidConfig)
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
