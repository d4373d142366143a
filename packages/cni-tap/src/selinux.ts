import { statfsSync, writeFileSync } from 'node:fs'
import { check, libc } from '@netloom/netlink/socket'
import { CniError, ErrorCode, errnoCode, failure, ifAny, kernelCall, messageOf } from './error.js'
import { childMark } from './ipam.js'
import { int, parseJson, record, string } from './json.js'
import type { Request } from './request.js'

/** linux/magic.h */
const SELINUX_MAGIC = 0xf97cff8c
const SYSFS_MAGIC = 0x62656572
const selinuxfs = '/sys/fs/selinux'

/** The label that the next program run by this thread gets. */
const execLabel = '/proc/thread-self/attr/exec'

/**
 * Carries out the call in a child with the SELinux label `context`, since a device gets the label of the process that
 * makes it, and would get ours if we attached to it again.
 * @returns what the child printed
 * @throws {CniError} 7 where SELinux is off or knows no such label, and what the child failed with
 */
export function runLabelled(request: Request, context: string): string {
  requireSelinux()
  setExecLabel(context)
  try {
    return runChild(request, context)
  } finally {
    setExecLabel('')
  }
}

function requireSelinux(): void {
  if (fileSystemOf(selinuxfs) === SELINUX_MAGIC) return
  throw new CniError(ErrorCode.invalidConfig, 'invalid selinuxContext: SELinux is not enabled on this host')
}

/** The kernel makes the mount point if SELinux is on. Where /sys is not mounted, its absence proves nothing. */
function fileSystemOf(path: string): number | undefined {
  try {
    return statfsSync(path).type
  } catch (error) {
    if (errnoCode(error) === 'ENOENT' && ifAny('failed to look up /sys', () => statfsSync('/sys').type) === SYSFS_MAGIC)
      return undefined
    throw failure(`failed to look up ${path}`, error, ErrorCode.invalidConfig)
  }
}

/** linux/prctl.h */
const PR_SET_PDEATHSIG = 1
const SIGKILL = 9

/**
 * Has the kernel kill this process, which carries out ADD under a label, when the one that started it ends: after that, DEL may
 * have run already. A request of the parent would not do, because a change of the label revokes it.
 */
export function endWithParent(): void {
  check('prctl', libc.prctl(PR_SET_PDEATHSIG, SIGKILL))
}

const invalid = (context: string) => `invalid selinuxContext ${JSON.stringify(context)}`

function setExecLabel(context: string): void {
  const what = context === '' ? 'failed to reset the SELinux label' : invalid(context)
  // A write of nothing would not reach the kernel; a line feed resets the label.
  kernelCall(what, () => writeFileSync(execLabel, context === '' ? '\n' : context), ErrorCode.invalidConfig)
}

/**
 * Starts this plugin once more with the same call, marked so that it does not start another, where `context` is set for it.
 * @returns what the child printed
 * @throws {CniError} what the child failed with, or 7 where the policy does not let it have that label
 */
export function runChild(request: Request, context: string): string {
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const [program = '', ...args] = request.host.reexec
  const env = { ...request.host.env, [childMark]: String(process.pid) }
  const child = spawnSync(program, args, { input: request.stdin, env, maxBuffer: Number.POSITIVE_INFINITY })
  const failed = `failed to run ${program}`
  // A child that ends before it has read all of stdin is no failure by itself.
  if (child.status === null && child.error !== undefined) {
    if (errnoCode(child.error) !== 'EACCES') throw failure(failed, child.error, ErrorCode.internal)
    throw new CniError(ErrorCode.invalidConfig, `${invalid(context)}: ${failed}: ${messageOf(child.error)}`)
  }
  const said = child.stderr.toString().trimEnd()
  // Line by line: what we have noted ourselves is not repeated.
  if (said !== '') for (const line of said.split('\n')) request.note(line)
  if (child.status === 0) return child.stdout.toString()
  if (child.stdout.length === 0) {
    throw new CniError(ErrorCode.internal, `${failed}: exit status ${child.status}, signal ${child.signal}`)
  }
  const error = record({ code: int, msg: string, details: string }, ['code']).decode(parseJson(child.stdout), '')
  throw new CniError(error.code, error.msg ?? '', error.details)
}
