import { mapOf, string } from './json.js'

/** A setting of the new device, as the key `sysctl` names it. */
export interface InterfaceSysctl {
  readonly family: 'ipv4' | 'ipv6'
  readonly tree: 'conf' | 'neigh'
  readonly name: string
  readonly value: string
}

/** `sysctl` of the configuration: values by name, as for the plugin `tuning`. */
export const sysctls = mapOf(string)

/** Placeholder for the name of the device, as in the plugin `tuning`. */
const placeholder = 'IFNAME'

/** Like sysctl(8) and `tuning`, accepts slashes instead of dots. */
const pattern = new RegExp(`^net([./])(ipv4|ipv6)\\1(conf|neigh)\\1${placeholder}\\1([a-z0-9_]+)$`)

/** Returns a description of what is wrong with the settings, or undefined. Only settings of the new device are valid. */
export function sysctlProblem(given: Readonly<Record<string, string>>): string | undefined {
  const foreign = Object.keys(given).find((name) => !pattern.test(name))
  if (foreign !== undefined)
    return `expected names like net.ipv4.conf.${placeholder}.forwarding, found ${JSON.stringify(foreign)}`
  const [name] = Object.entries(given).find(([, value]) => !/^[\x20-\x7e\t]+$/.test(value)) ?? []
  return name && `expected one line of text as the value of ${name}`
}

/** Returns the settings of a valid `sysctl`. */
export function interfaceSysctls(given: Readonly<Record<string, string>> = {}): InterfaceSysctl[] {
  return Object.entries(given).map(([key, value]) => {
    const [, , family, tree, name = ''] = pattern.exec(key) ?? []
    return { family: family as 'ipv4' | 'ipv6', tree: tree as 'conf' | 'neigh', name, value }
  })
}
