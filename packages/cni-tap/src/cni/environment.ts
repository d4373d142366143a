import type { Environment } from '../system/run-program.js'
import { isUtf8 } from '../system/utf8.js'
import { CniError, ErrorCode } from './error.js'
import { checkContainerId, checkInterfaceName } from './names.js'

interface Variable {
  readonly name: string
  readonly requiredBy: readonly string[]
  readonly check?: (value: string) => void
}

/** The variables that each command requires. CNI specification, section 2, "Parameters" */
const variables: readonly Variable[] = [
  { name: 'CNI_CONTAINERID', requiredBy: ['ADD', 'CHECK', 'DEL'], check: checkContainerId },
  { name: 'CNI_NETNS', requiredBy: ['ADD', 'CHECK'] },
  { name: 'CNI_IFNAME', requiredBy: ['ADD', 'CHECK', 'DEL'], check: checkInterfaceName },
  { name: 'CNI_PATH', requiredBy: ['ADD', 'CHECK', 'DEL', 'GC', 'STATUS'] },
]

/**
 * Environment variable that marks the child process with another label. It contains the process ID of the parent. IPAM plugins do
 * not inherit it.
 */
export const childMark = 'NETLOOM_CNI_TAP_CHILD'

/** The parameters of a call. Missing ones are empty strings. */
export interface Parameters {
  readonly command: string
  readonly containerId: string
  readonly netns: string
  readonly ifname: string
  readonly args: string
  readonly path: string
  /** True if CNI_NETNS may be the plugin's own namespace. */
  readonly netnsOverride: boolean
}

/**
 * Refuses a value that is not UTF-8. Node and QuickJS replace the invalid bytes with U+FFFD, so a path would not be found, and
 * the namespace would look deleted.
 * @throws {CniError} 4
 */
function checkUtf8(name: string, value: string): string {
  if (isUtf8(value)) return value
  throw new CniError(ErrorCode.invalidEnvironment, `invalid ${name} ${JSON.stringify(value)}: expected UTF-8`)
}

/**
 * Reads and checks the parameters. An invalid value is reported before a missing one.
 * @throws {CniError} 4
 */
export function readParameters(env: Environment): Parameters {
  const given = (name: string) => checkUtf8(name, env[name] ?? '')
  const command = given('CNI_COMMAND')
  const required = variables.filter(({ requiredBy }) => requiredBy.includes(command))
  for (const { name, check } of required) {
    if (given(name) !== '') check?.(given(name))
  }
  const missing = required.map(({ name }) => name).filter((name) => given(name) === '')
  if (missing.length > 0) {
    throw new CniError(ErrorCode.invalidEnvironment, `required env variables [${missing.join(',')}] missing`)
  }
  return {
    command,
    containerId: given('CNI_CONTAINERID'),
    netns: given('CNI_NETNS'),
    ifname: given('CNI_IFNAME'),
    args: given('CNI_ARGS'),
    path: given('CNI_PATH'),
    netnsOverride: ['1', 'true'].includes(given('CNI_NETNS_OVERRIDE').toLowerCase()),
  }
}
