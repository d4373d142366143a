import { IFNAMSIZ, isInterfaceName } from '@netloom/netlink/codec'
import { CniError, ErrorCode } from './error.js'

/** What container IDs and network names may look like. */
const validName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/

/** White space as Go's `unicode.IsSpace` has it: JavaScript's `\s` lacks U+0085 and has U+FEFF. */
const forbiddenInInterfaceName = /[/:\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u

export function checkContainerId(id: string): void {
  if (!validName.test(id)) {
    throw new CniError(ErrorCode.invalidEnvironment, 'invalid characters in containerID', id)
  }
}

export function checkNetworkName(name: string): void {
  if (!validName.test(name)) {
    throw new CniError(ErrorCode.invalidConfig, 'invalid characters found in network name', name)
  }
}

/** What any CNI plugin refuses as the name of its interface, as the kernel would. */
export function checkInterfaceName(name: string): void {
  const refuse = (message: string, details = '') => new CniError(ErrorCode.invalidEnvironment, message, details)
  if (Buffer.byteLength(name) >= IFNAMSIZ) {
    throw refuse('interface name is too long', `interface name should be less than ${IFNAMSIZ} characters`)
  }
  if (name === '.' || name === '..') throw refuse('interface name is . or ..')
  if (forbiddenInInterfaceName.test(name)) {
    throw refuse('interface name contains / or : or whitespace characters')
  }
  if (!isInterfaceName(name)) throw refuse('invalid interface name', name)
}

/** Names that a new device cannot have: the kernel takes them for a pattern, or a sysctl directory. */
export function checkNewInterfaceName(name: string): void {
  if (name.includes('%')) throw new CniError(ErrorCode.invalidEnvironment, 'interface name contains %', name)
  if (name === 'all' || name === 'default') {
    throw new CniError(ErrorCode.invalidEnvironment, 'interface name is all or default', name)
  }
}
