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
  const twice = findRepeated(given)
  if (twice !== undefined) return `expected each setting once, found ${twice} with dots and with slashes`
  const [name] = Object.entries(given).find(([, value]) => !/^[\x20-\x7e\t]+$/.test(value)) ?? []
  return name && `expected one line of text as the value of ${name}`
}

/** Returns the name of a setting that is present with dots and with slashes. */
function findRepeated(given: Readonly<Record<string, string>>): string | undefined {
  const names = new Set(Object.keys(given))
  return [...names].find((name) => name.includes('.') && names.has(name.replaceAll('.', '/')))
}

/** The settings that `acceptRA: false` makes 0. */
const protections = ['net.ipv6.conf', 'net.ipv4.conf'].flatMap((tree) =>
  ['accept_ra', 'accept_redirects'].map((name) => `${tree}.${placeholder}.${name}`),
)

/** Returns the name of a setting that would undo the protection by `acceptRA: false`, or undefined. */
export function reversedProtection(given: Readonly<Record<string, string>> = {}): string | undefined {
  return Object.entries(given).find(
    ([name, value]) => protections.includes(name.replaceAll('/', '.')) && value.trim() !== '0',
  )?.[0]
}

/** Returns the settings of a valid `sysctl`. */
export function interfaceSysctls(given: Readonly<Record<string, string>> = {}): InterfaceSysctl[] {
  return Object.entries(given).map(([key, value]) => {
    const [, , family, tree, name = ''] = pattern.exec(key) ?? []
    return { family: family as 'ipv4' | 'ipv6', tree: tree as 'conf' | 'neigh', name, value }
  })
}
