import { statSync } from 'node:fs'
import { type Environment, type Finished, maxOutput, run } from '../system/run-program.js'
import { childMark } from './environment.js'
import { CniError, ErrorCode, errnoCode, failure, ifAny, messageOf } from './error.js'
import { int, JsonError, parseJson, record, string } from './json.js'
import { quote } from './quote.js'
import type { Request } from './request.js'
import { formatResult, parseResult, type Result } from './result.js'
import { type CniVersion, newestVersion } from './version.js'

/**
 * Refuses IPAM plugins that cannot work with a tap. `dhcp` needs an answer from a server, but no frame passes a tap until a
 * process has opened it.
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
  request.log.detail('ipam', () => formatResult(result, newestVersion))
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
 * Runs `command` of a plugin on CNI_PATH, with the configuration and the environment of this call. `variables` replace those of the
 * environment.
 * @returns its stdout
 * @throws {CniError} its own error, or 7 if it cannot be found or executed
 */
export function delegate(request: Request, type: string, command: string, variables: Environment = {}): Buffer {
  request.log.step(`IPAM ${command}`)
  const file = findPlugin(type, request.path)
  const env = { ...environmentFor(request, command), ...variables }
  const child = run(file, { input: request.stdin, env, endWithParent: request.process.endWithParent })
  const hasFailed = child.status !== 0 || child.error !== undefined
  request.log.detail('programs', () => ({ file, command, status: child.status, signal: child.signal }))
  const stderr = child.stderr.toString().trimEnd()
  // If a failed plugin prints nothing on stdout, its stderr becomes the error message instead of a note.
  if (stderr !== '' && !(hasFailed && child.stdout.length === 0)) request.note(stderr, 'program')
  if (hasFailed) throw failureOf(child)
  return child.stdout
}

/**
 * Returns the environment of an IPAM plugin. CNI_NETNS is empty if it is not a namespace: a plugin that opened a FIFO would wait
 * forever, and for DEL an empty value means that the namespace no longer exists.
 */
function environmentFor({ process: { env: inherited }, netns }: Request, command: string): Environment {
  const { [childMark]: _, ...env } = inherited
  return { ...env, CNI_COMMAND: command, ...(isOfKind(netns, 'isFIFO') && { CNI_NETNS: '' }) }
}

/**
 * Returns the first regular file with this name on CNI_PATH.
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

/**
 * Returns the error that the plugin printed, unchanged. If it printed none, returns an error that describes how the plugin ended.
 */
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
    const printed = record({ code: int, msg: string, details: string }).decode(parseJson(stdout), '')
    if (printed.code === undefined && printed.msg === undefined) return noMessage(ended)
    return new CniError(printed.code ?? 0, printed.msg ?? '', printed.details)
  } catch (problem) {
    const text = quote(stdout.toString())
    return unusable(`netplugin failed but error parsing its diagnostic message ${text}: ${messageOf(problem)}`)
  }
}
