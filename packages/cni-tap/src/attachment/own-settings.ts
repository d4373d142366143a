import { withNetns } from '@netloom/netlink'
import { kernelCall } from '../cni/error.js'
import { type InterfaceSysctl, interfaceSysctls } from '../cni/interface-sysctl.js'
import { failing, setSysctl, sysctlDifference } from '../system/sysctl.js'

/** The key `sysctl`. */
type Given = Readonly<Record<string, string>> | undefined

const inNamespace = <T>(netns: number, action: () => T): T =>
  kernelCall('failed to enter the network namespace', () => withNetns(netns, action))

/** Makes the settings of the key `sysctl`. Call it before the device is set up. @throws {CniError} 101 if the kernel refuses one */
export function applySysctls(netns: number, ifname: string, given: Given): void {
  if (given === undefined) return
  inNamespace(netns, () => {
    for (const setting of interfaceSysctls(given)) setSysctl({ ...setting, ifname }, failing)
  })
}

/** Returns a description of each setting of the key `sysctl` that has another value. */
export function sysctlDifferences(netns: number, ifname: string, given: Given): string[] {
  if (given === undefined) return []
  const differenceOf = (setting: InterfaceSysctl) => sysctlDifference({ ...setting, ifname }) ?? []
  return inNamespace(netns, () => interfaceSysctls(given).flatMap(differenceOf))
}
