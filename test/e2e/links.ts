import { execFileSync } from 'node:child_process'

/** Runs a program in the network namespace of a path, and returns what it prints. */
export const inNamespace = (netns: string, ...command: string[]) =>
  execFileSync('nsenter', [`--net=${netns}`, ...command], { encoding: 'utf8' })

// biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
export const linksOf = (netns: string): any[] => JSON.parse(inNamespace(netns, 'ip', '-d', '-j', 'link'))

export const link = (netns: string, name: string) => linksOf(netns).find(({ ifname }) => ifname === name)

/** Returns the IPv4 addresses of a link. */
export const addresses = (netns: string, name: string): string[] =>
  JSON.parse(inNamespace(netns, 'ip', '-j', '-4', 'addr', 'show', 'dev', name))[0].addr_info.map(
    ({ local }: { local: string }) => local,
  )
