import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'

/** A label of the guest's policy, test/guest/policy.conf. */
export const label = (type: string, categories = '') =>
  `system_u:system_r:${type}:s0${categories === '' ? '' : `:${categories}`}`

/** Calls `action`, in which a program that is started gets `context`. */
export function underLabel<T>(context: string, action: () => T): T {
  const file = '/proc/thread-self/attr/exec'
  writeFileSync(file, context)
  try {
    return action()
  } finally {
    writeFileSync(file, '\n')
  }
}

/** Has a process with the label `context` open a device; what it was told, nothing where it was let. */
export function attachAs(context: string, namespace: string, device = 'tap0'): string {
  const args = ['netns', 'exec', namespace, 'busybox', 'tunctl', '-t', device]
  try {
    underLabel(context, () => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' }))
    return ''
  } catch (error) {
    return String((error as { stderr: string }).stderr).trim()
  }
}

/** What SELinux decided of a device: `granted container_t create container_t:s0:c1,c2`, by whom, what, and of what label. */
const decision = /avc: +(granted|denied) +\{ (\w+) \}.* scontext=(\S+) tcontext=(\S+) tclass=tun_socket/

/** All that SELinux has said in its log of devices so far, less the part of a label that all have. */
function decisions(): string[] {
  const text = execFileSync('dmesg', { encoding: 'utf8', maxBuffer: 2 ** 24 })
  return text.split('\n').flatMap((line) => {
    const [, verdict, what, by = '', of = ''] = decision.exec(line) ?? []
    return verdict === undefined ? [] : [[verdict, what, 'by', short(by), 'of', short(of)].join(' ')]
  })
}

const short = (context: string) => context.replace('system_u:system_r:', '')

/** Calls `action`; SELinux must have said exactly `expected` meanwhile. Its log comes a little later than what it decides. */
export async function assertDecisions(expected: readonly string[], action: () => unknown): Promise<void> {
  const before = decisions().length
  await action()
  const since = () => decisions().slice(before)
  for (let left = 100; left > 0 && since().length < expected.length; left--) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal(since(), expected)
}
