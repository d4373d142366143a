import { check, libc } from '@netloom/netlink/socket'
import { childMark } from '../cni/environment.js'
import { CniError, ErrorCode, errnoCode, failure, messageOf } from '../cni/error.js'
import { int, parseJson, record, string } from '../cni/json.js'
import type { Request } from '../cni/request.js'
import { invalidLabel, withExecLabel } from '../system/selinux.js'

/**
 * Runs the call in a child process with the SELinux label `label`. A device gets the label of the process that creates it.
 * Attaching to the device later would relabel it with this process's label.
 * @returns the stdout of the child
 * @throws {CniError} 7 if SELinux is off or refuses the label, or the error of the child
 */
export function runLabelled(request: Request, label: string): string {
  return withExecLabel(label, () => runChild(request, label))
}

/** linux/prctl.h */
const PR_SET_PDEATHSIG = 1
const SIGKILL = 9

/**
 * Makes the kernel kill this child process when its parent ends, because a DEL may follow. The child must request that itself,
 * after the change of label: that change resets the setting.
 */
export function endWithParent(): void {
  check('prctl', libc.prctl(PR_SET_PDEATHSIG, SIGKILL))
}

/**
 * Starts the plugin again with the same call. A mark in the environment prevents the child from starting another one.
 * @returns the stdout of the child
 * @throws {CniError} the error of the child, or 7 if the policy refuses the label
 */
export function runChild(request: Request, label: string): string {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const [program = '', ...args] = request.process.reexec
  const env = { ...request.process.env, [childMark]: String(process.pid) }
  const child = spawnSync(program, args, { input: request.stdin, env, maxBuffer: Number.POSITIVE_INFINITY })
  const failed = `failed to run ${program}`
  // It is no error if the child ends without reading all of stdin.
  if (child.status === null && child.error !== undefined) {
    if (errnoCode(child.error) !== 'EACCES') throw failure(failed, child.error, ErrorCode.internal)
    throw new CniError(ErrorCode.invalidConfig, `${invalidLabel(label)}: ${failed}: ${messageOf(child.error)}`)
  }
  const stderr = child.stderr.toString().trimEnd()
  // Line by line, because notes that this process has printed already are not repeated.
  if (stderr !== '') for (const line of stderr.split('\n')) request.note(line, 'program')
  if (child.status === 0) return child.stdout.toString()
  if (child.stdout.length === 0) {
    throw new CniError(ErrorCode.internal, `${failed}: exit status ${child.status}, signal ${child.signal}`)
  }
  const error = record({ code: int, msg: string, details: string }, ['code']).decode(parseJson(child.stdout), '')
  throw new CniError(error.code, error.msg ?? '', error.details)
}
