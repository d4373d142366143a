import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'

/** A label of the guest's policy, test/guest/policy.conf. */
export const label = (type: string, categories = '') =>
  `system_u:system_r:${type}:s0${categories === '' ? '' : `:${categories}`}`

/** Calls `action`. Programs that it starts run with the label `context`. */
export function underLabel<T>(context: string, action: () => T): T {
  const file = '/proc/thread-self/attr/exec'
  writeFileSync(file, context)
  try {
    return action()
  } finally {
    writeFileSync(file, '\n')
  }
}

/** Opens a device from a process with the label `context`. Returns the error message, or an empty string. */
export function attachAs(context: string, namespace: string, device = 'tap0'): string {
  const args = ['netns', 'exec', namespace, 'busybox', 'tunctl', '-t', device]
  try {
    underLabel(context, () => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' }))
    return ''
  } catch (error) {
    return String((error as { stderr: string }).stderr).trim()
  }
}

/** Matches a decision of SELinux about a device: verdict, permission, label of the process and label of the device. */
const decision = /avc: +(granted|denied) +\{ (\w+) \}.* scontext=(\S+) tcontext=(\S+) tclass=tun_socket/

/**
 * Returns the decisions about devices in the kernel log, such as `granted create by container_t:s0:c1,c2 of
 * container_t:s0:c1,c2`.
 */
function decisions(): string[] {
  const text = execFileSync('dmesg', { encoding: 'utf8', maxBuffer: 2 ** 24 })
  return text.split('\n').flatMap((line) => {
    const [, verdict, permission, by = '', of = ''] = decision.exec(line) ?? []
    return verdict === undefined ? [] : [[verdict, permission, 'by', short(by), 'of', short(of)].join(' ')]
  })
}

const short = (context: string) => context.replace('system_u:system_r:', '')

/** Calls `action` and asserts that SELinux logs exactly the decisions `expected`. The log entries can arrive later. */
export async function assertDecisions(expected: readonly string[], action: () => unknown): Promise<void> {
  const before = decisions().length
  await action()
  const since = () => decisions().slice(before)
  for (let left = 100; left > 0 && since().length < expected.length; left--) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal(since(), expected)
}
