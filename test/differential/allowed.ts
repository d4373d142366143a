import { isDeepStrictEqual } from 'node:util'
import type { Difference } from './differences.js'
import type { Scenario } from './scenario.js'
import type { Observation } from './twin.js'

/** One step of a scenario, with the observations of both plugins. */
export interface Pair {
  readonly scenario: Scenario
  readonly upstream: Observation
  readonly ours: Observation
  /** State of our plugin before the step. */
  readonly before: Observation
  /** True if anything except the plugins has changed the namespace since ADD. */
  readonly touched: boolean
}

/** An intended difference. */
export interface Allowed {
  readonly reason: string
  matches(difference: Difference, pair: Pair): boolean
  /** The twins diverge here, so later steps are not compared. */
  readonly diverges?: true
  /** The difference depends on timing. */
  readonly sometimes?: true
}

const isCommand = ({ ours }: Pair, ...commands: string[]) => commands.includes(ours.step.command)
const succeeded = ({ exitCode }: Observation) => exitCode === 0
const bothFail = ({ upstream, ours }: Pair) => !succeeded(upstream) && !succeeded(ours)
const onlyWeFail = ({ upstream, ours }: Pair) => succeeded(upstream) && !succeeded(ours)
const onlyUpstreamFails = ({ upstream, ours }: Pair) => !succeeded(upstream) && succeeded(ours)
const codeOf = ({ error }: Observation) => (error as { code?: number } | null)?.code
const messageOf = ({ error }: Observation) => (error as { msg?: string } | null)?.msg ?? ''

/** True if our plugin changed nothing and released what IPAM had allocated. */
const isUnchanged = ({ ours, before }: Pair) =>
  isDeepStrictEqual(ours.state, before.state) &&
  isDeepStrictEqual(ours.reservations, before.reservations) &&
  (ours.ipamCalls.length === before.ipamCalls.length || ours.ipamCalls.at(-1) === 'DEL')

/**
 * True if our plugin changed no device, and reserved nothing. IPAM DEL after a failed ADD also releases what an earlier ADD of the same
 * attachment had reserved (host-local refuses a second reservation): the specification requires this DEL.
 */
const leavesNothing = (pair: Pair) =>
  pair.ours.reservations.every((each) => pair.before.reservations.includes(each)) &&
  isUnchanged({ ...pair, before: { ...pair.before, reservations: pair.ours.reservations } })

/** Returns the value of a key, ignoring its case. */
const keyValue = ({ scenario: { keys } }: Pair, name: string) =>
  Object.entries(keys).findLast(([key, value]) => key.toLowerCase() === name.toLowerCase() && value !== null)?.[1]

/** Returns the routes of the IPAM result. */
function routesOf({ scenario: { ipam } }: Pair): readonly Record<string, unknown>[] {
  const routes = ipam.kind === 'static' ? ipam.routes : ipam.kind === 'fake' ? Object(ipam.result).routes : []
  return routes ?? []
}

const ownsBoth = (pair: Pair) => keyValue(pair, 'owner') !== undefined && keyValue(pair, 'group') !== undefined

/** All intended differences from upstream, with their reasons. The first row that matches applies. */
export const allowed: readonly Allowed[] = [
  {
    reason: 'the specification lists cniVersion in an error object',
    matches: ({ path, upstream }, pair) => bothFail(pair) && path === 'error.cniVersion' && upstream === undefined,
  },
  {
    reason: 'upstream uses code 999 although a specific code exists',
    matches: ({ path, upstream }, pair) => bothFail(pair) && path === 'error.code' && upstream === 999,
  },
  {
    reason: 'with code 999 upstream prints messages of Go libraries',
    matches: ({ path }, pair) =>
      bothFail(pair) &&
      codeOf(pair.upstream) === 999 &&
      ['error.msg', 'error.details'].includes(path) &&
      messageOf(pair.ours) !== '',
  },
  {
    reason: 'the message about a malformed version comes from Go’s number parser',
    matches: ({ path, upstream, ours }) =>
      path === 'error.msg' &&
      /^failed to convert (major|minor|micro) version part/.test(String(ours)) &&
      String(upstream).split(': ')[0] === String(ours).split(': ')[0],
  },
  {
    reason: 'the message about a value of the wrong type comes from Go’s JSON decoder',
    matches: ({ path, upstream, ours }) =>
      path === 'error.msg' && [upstream, ours].every((text) => /json: cannot unmarshal /.test(String(text))),
  },
  {
    reason: 'since 1.1.0 an interface in the result has an mtu',
    matches: ({ path, upstream, ours }, { scenario }) =>
      /^result\.interfaces\.\d+\.mtu$/.test(path) &&
      scenario.cniVersion === '1.1.0' &&
      upstream === undefined &&
      typeof ours === 'number',
  },
  {
    reason: 'the alias of the device names its owner',
    matches: ({ path, upstream, ours }) =>
      /^state\.links\..+\.alias$/.test(path) && upstream === undefined && /^netloom\//.test(String(ours)),
  },
  {
    reason: 'a guest does not configure the pod: its router advertisements and redirects are ignored',
    matches: ({ path, upstream, ours }) =>
      /^state\.sysctls\..+\/accept_(ra|redirects)$/.test(path) && upstream !== '0' && ours === '0',
  },
  {
    reason: 'the DNS settings of the IPAM result are kept',
    matches: ({ path, upstream }, pair) =>
      /^result\.dns/.test(path) && upstream === undefined && Object.keys(Object(keyValue(pair, 'dns'))).length === 0,
  },
  {
    sometimes: true,
    reason: 'link-local addresses appear when the carrier does',
    matches: ({ path }) => path.startsWith('state.') && path.includes('<link-local>'),
  },
  {
    reason:
      'the last process to attach sets pi and vnet_hdr; with owner and group upstream creates the device with another tool',
    matches: ({ path }, pair) => /^state\.links\..+\.queues\.(pi|vnetHdr)$/.test(path) && ownsBoth(pair),
  },
  {
    reason: 'with owner and group upstream ignores mac and mtu',
    matches: ({ path }, pair) =>
      /^(result\.interfaces\.0\.mac|state\.links\..+\.(address|mtu))$/.test(path) && ownsBoth(pair),
  },
  {
    reason: 'mtu and advmss of a route are applied',
    matches: ({ path, upstream }, pair) =>
      /^state\.routes\..+\.metrics/.test(path) &&
      upstream === undefined &&
      routesOf(pair).some(({ mtu, advmss }) => mtu !== undefined || advmss !== undefined),
  },

  {
    diverges: true,
    reason: 'the previous result is extended; upstream drops it',
    matches: ({ path }, pair) =>
      isCommand(pair, 'ADD') &&
      succeeded(pair.upstream) &&
      succeeded(pair.ours) &&
      path.startsWith('result.') &&
      hasPrevious(pair),
  },
  {
    diverges: true,
    reason: 'an invalid previous result is an error; upstream’s ADD ignores it',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') &&
      onlyWeFail(pair) &&
      /^could not parse prevResult: /.test(messageOf(pair.ours)) &&
      isUnchanged(pair),
  },
  {
    diverges: true,
    reason: 'two routes may differ only in mtu or advmss; upstream applies neither and adds the same route twice',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') &&
      onlyUpstreamFails(pair) &&
      /^failed to add route .*: file exists$/.test(messageOf(pair.upstream)) &&
      routesOf(pair).some(({ mtu, advmss }) => mtu !== undefined || advmss !== undefined),
  },
  {
    diverges: true,
    reason: 'an existing name is an error; upstream adopts the device',
    matches: (_, pair) => isCommand(pair, 'ADD') && codeOf(pair.ours) === 100 && isUnchanged(pair),
  },
  {
    diverges: true,
    reason: 'a failed ADD leaves nothing behind; upstream leaves the tap or its reservation',
    matches: ({ path }, pair) =>
      isCommand(pair, 'ADD') && bothFail(pair) && /^(state|reservations|ipamCalls)\b/.test(path) && leavesNothing(pair),
  },
  {
    diverges: true,
    reason: 'the ID that means “none” is rejected; upstream treats it as absent',
    matches: (_, pair) =>
      onlyWeFail(pair) && /^invalid (owner|group) 4294967295: /.test(messageOf(pair.ours)) && isUnchanged(pair),
  },
  {
    diverges: true,
    reason: 'with owner and group upstream does not even validate mac and mtu',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') &&
      onlyWeFail(pair) &&
      ownsBoth(pair) &&
      /^invalid (mac|MAC|mtu|runtimeConfig) /.test(messageOf(pair.ours)) &&
      isUnchanged(pair),
  },
  {
    reason: 'STATUS rejects a configuration that ADD would reject',
    matches: (_, pair) => isCommand(pair, 'STATUS') && onlyWeFail(pair) && codeOf(pair.ours) === 7,
  },
  {
    diverges: true,
    reason: 'a route on the link gets no gateway; upstream sets one, which the kernel rejects',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') && onlyUpstreamFails(pair) && routesOf(pair).some(({ scope }) => Number(scope) >= 253),
  },
  {
    diverges: true,
    reason: 'the gateway of a /32 is reached directly over the link',
    matches: (_, pair) =>
      isCommand(pair, 'ADD') && onlyUpstreamFails(pair) && JSON.stringify(pair.scenario.ipam).includes('169.254.1.1'),
  },
  {
    reason: 'CHECK detects changes to the device',
    matches: (_, pair) => isCommand(pair, 'CHECK') && onlyWeFail(pair) && codeOf(pair.ours) === 102 && pair.touched,
  },
  {
    reason: 'CHECK looks up a route in its own table',
    matches: (_, pair) =>
      isCommand(pair, 'CHECK') && onlyUpstreamFails(pair) && routesOf(pair).some(({ table }) => Boolean(table)),
  },
  {
    reason: 'CHECK does not expect a network route for a /32',
    matches: (_, pair) =>
      isCommand(pair, 'CHECK') &&
      onlyUpstreamFails(pair) &&
      /^Failed to find Gateway /.test(messageOf(pair.upstream)) &&
      JSON.stringify(pair.scenario.ipam).includes('/32'),
  },
  {
    diverges: true,
    reason: 'CHECK validates the configuration before it calls the IPAM plugin',
    matches: ({ path, ours }, pair) =>
      isCommand(pair, 'CHECK') &&
      bothFail(pair) &&
      codeOf(pair.ours) === 7 &&
      path.startsWith('ipamCalls.') &&
      ours === undefined &&
      isUnchanged(pair),
  },
  {
    reason: 'STATUS ignores the previous result',
    matches: (_, pair) =>
      isCommand(pair, 'STATUS') && onlyUpstreamFails(pair) && /NetConf\.prevResult/.test(messageOf(pair.upstream)),
  },
  {
    diverges: true,
    reason: 'DEL ignores CNI_ARGS and keys that only ADD needs',
    matches: (_, pair) =>
      isCommand(pair, 'DEL') &&
      onlyUpstreamFails(pair) &&
      /^(failed to load netconf: |ARGS: )/.test(messageOf(pair.upstream)),
  },
  {
    diverges: true,
    reason: 'DEL removes the tap even if IPAM fails',
    matches: ({ path, ours }, pair) =>
      isCommand(pair, 'DEL') && bothFail(pair) && path.startsWith('state.') && ours === undefined,
  },
  {
    diverges: true,
    reason: 'DEL removes only taps; upstream tries to remove any device of that name',
    matches: ({ path }, pair) =>
      isCommand(pair, 'DEL') && /^(state|exitCode|error)\b/.test(path) && succeeded(pair.ours) && hasForeign(pair),
  },
  {
    diverges: true,
    reason: 'GC removes leftovers and calls GC of the IPAM plugin; upstream does nothing',
    matches: ({ path }, pair) =>
      isCommand(pair, 'GC') && /^(state|reservations|ipamCalls)\b/.test(path) && succeeded(pair.ours),
  },
]

const hasPrevious = (pair: Pair) => Array.isArray(Object(keyValue(pair, 'prevResult')).interfaces)

/** True if a device of this name exists and is not a tap. */
function hasForeign({ ours, scenario }: Pair): boolean {
  const link = ours.state.links[scenario.ifname] as { kind?: string } | undefined
  return link !== undefined && link.kind !== 'tun'
}

export const reasonFor = (difference: Difference, pair: Pair): Allowed | undefined =>
  allowed.find((row) => row.matches(difference, pair))
