import { readFileSync } from 'node:fs'

/** linux/capability.h: to create devices, and to enter namespaces (setns(2)). */
const capabilities = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n }
type Capability = keyof typeof capabilities

/** Returns the first capability that the calling thread lacks. @throws {Error} if /proc is unavailable */
export function missingCapability(...wanted: Capability[]): Capability | undefined {
  const status = readFileSync('/proc/thread-self/status', 'latin1')
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 0}`)
  return wanted.find((name) => ((effective >> capabilities[name]) & 1n) === 0n)
}
