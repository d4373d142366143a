import { spawnSync } from 'node:child_process'
import { accessSync, constants, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import './built.js'
import { haveConntrack } from './conntrack.js'
import { haveEthtool } from './ethtool.js'
import { haveIpset } from './ipset.js'
import { haveIw } from './iw.js'
import { haveNetTools } from './net-tools.js'
import { haveNft } from './nft.js'
import { ipamPlugins } from './sid.js'
import { kernelSpecs } from './specs.js'
import { haveTeamnl } from './teamnl.js'
import { haveWg } from './wg.js'

const CAP_NET_ADMIN = 12n
const CAP_SYS_ADMIN = 21n

const capabilities = () => BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0}`)
const has = (capability: bigint) => ((capabilities() >> capability) & 1n) === 1n

function writable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Requirements of tests, each with a check. */
const needs = {
  /** Permission to create and change network namespaces. */
  netns: {
    there: () =>
      process.getuid?.() === 0 && has(CAP_NET_ADMIN) && has(CAP_SYS_ADMIN) && spawnSync('ip', ['-V']).status === 0,
    otherwise: 'root with CAP_NET_ADMIN and CAP_SYS_ADMIN, and iproute2',
  },
  tun: { there: () => writable('/dev/net/tun'), otherwise: '/dev/net/tun, readable and writable' },
  strace: { there: () => spawnSync('strace', ['-V']).status === 0, otherwise: 'strace' },
  tshark: { there: () => spawnSync('tshark', ['--version']).status === 0, otherwise: 'tshark' },
  chromium: {
    there: () => spawnSync('chromium-headless-shell', ['--version']).status === 0,
    otherwise: 'chromium-headless-shell',
  },
  ethtool: { there: haveEthtool, otherwise: 'ethtool of Debian 12 and of sid, which npm test unpacks into .cache/' },
  ipset: { there: haveIpset, otherwise: 'ipset of Debian 12, which npm test unpacks into .cache/' },
  nft: { there: haveNft, otherwise: 'nft of Debian 12 and of sid, which npm test unpacks into .cache/' },
  conntrack: { there: haveConntrack, otherwise: 'conntrack of Debian sid, which npm test unpacks into .cache/' },
  iw: { there: haveIw, otherwise: 'iw of Debian 12, which npm test unpacks into .cache/' },
  teamnl: { there: haveTeamnl, otherwise: 'teamnl of Debian 12, which npm test unpacks into .cache/' },
  wg: { there: haveWg, otherwise: 'wg of Debian 12, which npm test unpacks into .cache/' },
  specs: { there: () => kernelSpecs.size > 0, otherwise: 'NETLOOM_KERNEL_SPECS, which npm test unpacks into .cache/' },
  netTools: { there: haveNetTools, otherwise: 'busybox, iperf3 and ping, which npm test unpacks into .cache/' },
  cniPlugins: {
    there: () => ipamPlugins !== undefined,
    otherwise: 'NETLOOM_CNI_PLUGINS, the folder of host-local and static (npm test sets it)',
  },
} as const

export type Need = keyof typeof needs

/** Requirements that NETLOOM_WITHOUT lists as unavailable, e.g. `netns,tun`. They are not checked, and CI does not require them. */
const without = new Set((process.env.NETLOOM_WITHOUT ?? '').split(','))

const mustHaveAll = () => !['', '0', 'false', undefined].includes(process.env.CI)

/**
 * Returns a description of the missing requirements, or undefined.
 * @throws {Error} if one is missing and CI is set
 */
export function missing(...wanted: Need[]): string | undefined {
  const absent = wanted.filter((need) => without.has(need) || !needs[need].there())
  if (absent.length === 0) return undefined
  const words = `needs ${absent.map((need) => needs[need].otherwise).join('; ')}`
  if (mustHaveAll() && !absent.every((need) => without.has(need)))
    throw new Error(`CI is set, so nothing is skipped: this test ${words}`)
  return words
}

/**
 * Returns uvu's `suite()` for tests with requirements. If one is missing, the tests count as skipped, and the reason is printed.
 */
export function suiteNeeding(name: string, ...wanted: Need[]): ReturnType<typeof suite> {
  const test = suite(name)
  const reason = missing(...wanted)
  if (!reason) return test
  console.log(`SKIPPED: ${name}: ${reason}`)
  const ignore = () => undefined
  const hooks = { before: Object.assign(ignore, { each: ignore }), after: Object.assign(ignore, { each: ignore }) }
  return Object.assign((...args: Parameters<typeof test.skip>) => test.skip(...args), test, hooks)
}
