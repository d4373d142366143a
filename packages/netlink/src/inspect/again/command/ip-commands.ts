import { AF, flagNames } from '../../../codec/index.js'

import { IPPROTO } from '../../../constants/index.js'
import {
  FIB_RULE,
  FR_ACT,
  ICMPV6_ROUTER_PREF,
  IFA_F,
  metricsAttrs,
  NTF,
  NTF_EXT,
  NUD,
  RT_SCOPE,
  RT_TABLE,
  RTAX_FEATURE,
  RTM_F,
  RTN,
  RTNH_F,
  RTPROT,
} from '../../../route/index.js'
import { INFINITE_LIFETIME } from '../address-call.js'
import { areZero } from '../call.js'
import { type Bag, isBag, Members } from '../members.js'
import { isIp, networkOf } from '../network.js'
import { groupOf } from '../nexthop-call.js'
import type { SaidRequest } from '../request-of.js'
import { defaultScope, tableOf } from '../route-call.js'
import { wordIn } from '../words.js'
import { encapWords } from './encap.js'
import { type Command, device, leftIn, option, type Word, wordsFor } from './words.js'

type Numbers = Readonly<Record<string, number>>

const numbersOf = ({ value }: SaidRequest) => value as Numbers
const familyOption = (family: number | undefined) => (family === AF.INET6 ? ['-6'] : family === AF.INET ? ['-4'] : [])
const given = (word: string, value: unknown) => (value === undefined ? [] : [word, String(value)])

/** Returns the verb of a request that creates something. */
function verbOf(
  { create, excl, replace, append }: SaidRequest,
  verbs: Readonly<Record<string, string>>,
): string | undefined {
  const bits = `${create ? 'c' : ''}${excl ? 'x' : ''}${replace ? 'r' : ''}${append ? 'a' : ''}`
  return Object.hasOwn(verbs, bits) ? verbs[bits] : undefined
}
const usualVerbs = { cx: 'add', cr: 'replace', r: 'change' }

/** Flags of addresses with a word of `ip address`. */
const addressFlags: Readonly<Record<string, string>> = {
  ...{ HOMEADDRESS: 'home', NODAD: 'nodad', OPTIMISTIC: 'optimistic', MANAGETEMPADDR: 'mngtmpaddr' },
  ...{ NOPREFIXROUTE: 'noprefixroute', MCAUTOJOIN: 'autojoin' },
}
const lifetime = (seconds: number) => (seconds === INFINITE_LIFETIME ? 'forever' : String(seconds))

/** `ip address` */
export function addressCommand(request: SaidRequest): Command | undefined {
  const { type } = request
  const { family, prefixlen, index = 0, flags = 0, scope = 0 } = numbersOf(request)
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETADDR') {
    if (!request.isDump) return undefined
    const dev = index === 0 ? [] : ['dev', device(request, index)]
    return { words: ['ip', ...familyOption(family), 'address', 'show', ...dev], lost: leftIn(attrs.ignore('extMask')) }
  }
  const verb = type === 'RTM_DELADDR' ? 'delete' : verbOf(request, usualVerbs)
  const [local, other] = [attrs.text('local'), attrs.text('address')]
  if (verb === undefined || !isIp(family) || index === 0 || local === undefined) return undefined
  const isPeer = other !== undefined && other !== local
  const network = isPeer ? [local, 'peer', `${other}/${prefixlen}`] : [`${local}/${prefixlen}`]
  const names = flagNames(IFA_F, (attrs.number('flags') ?? 0) | flags)
  const words = names.map((name) => (Object.hasOwn(addressFlags, name) ? addressFlags[name] : undefined))
  if (words.includes(undefined)) return undefined
  const cacheinfo = attrs.take('cacheinfo') as { valid: number; prefered: number } | undefined
  const lifetimes = cacheinfo
    ? ['valid_lft', lifetime(cacheinfo.valid), 'preferred_lft', lifetime(cacheinfo.prefered)]
    : []
  const options = wordsFor(
    attrs,
    { broadcast: option('broadcast'), label: option('label'), rtPriority: option('metric'), proto: option('proto') },
    request,
  )
  const byDefault = local.startsWith('127.') ? RT_SCOPE.HOST : 0
  // The command sends no scope when it deletes.
  const scopeWords =
    scope === (type === 'RTM_DELADDR' ? 0 : byDefault) ? [] : ['scope', String(wordIn(RT_SCOPE, scope))]
  return {
    words: [
      'ip',
      'address',
      verb,
      ...network,
      'dev',
      device(request, index),
      ...options,
      ...scopeWords,
      ...(words as string[]),
      ...lifetimes,
    ],
    lost: leftIn(attrs),
  }
}

/** Returns the words of a gateway. */
function viaWords(attrs: Members, family: number): Word[] {
  const gateway = attrs.text('gateway')
  if (gateway !== undefined) return ['via', gateway]
  const via = attrs.has('via') ? (attrs.take('via') as { family: number; addr: string }) : undefined
  if (via === undefined) return []
  return ['via', ...(via.family === family ? [] : [via.family === AF.INET6 ? 'inet6' : 'inet']), via.addr]
}

const realmsText = (flow: number) => (flow >>> 16 === 0 ? String(flow & 0xffff) : `${flow >>> 16}/${flow & 0xffff}`)

/** Words of RTAX_*, in which `lock` is a bit for each. */
const metricWords: Readonly<Record<string, string>> = {
  ...{
    mtu: 'mtu',
    window: 'window',
    rtt: 'rtt',
    rttvar: 'rttvar',
    ssthresh: 'ssthresh',
    cwnd: 'cwnd',
    advmss: 'advmss',
  },
  ...{ reordering: 'reordering', hoplimit: 'hoplimit', initcwnd: 'initcwnd', initrwnd: 'initrwnd', rtoMin: 'rto_min' },
  ...{ quickack: 'quickack', ccAlgo: 'congctl', fastopenNoCookie: 'fastopen_no_cookie' },
}

function metricsOf(metrics: unknown): { words: string[]; lost: string[] } {
  const members = new Members(metrics)
  const locked = members.number('lock') ?? 0
  const lost: string[] = []
  const words: string[] = []
  for (const [key, word] of Object.entries(metricWords)) {
    if (!members.has(key)) continue
    const value = members.take(key) as number | string
    const bit = 1 << (metricsAttrs.table as unknown as Readonly<Record<string, readonly [number]>>)[key]![0]
    // rtt and rttvar are sent in eighths and quarters of a millisecond.
    const text =
      key === 'rtt'
        ? `${Number(value) / 8}ms`
        : key === 'rttvar'
          ? `${Number(value) / 4}ms`
          : key === 'rtoMin'
            ? `${value}ms`
            : String(value)
    words.push(word, ...((locked & bit) === 0 || key === 'rtoMin' ? [] : ['lock']), text)
  }
  const features = members.number('features') ?? 0
  if ((features & ~(RTAX_FEATURE.ECN | RTAX_FEATURE.TCP_USEC_TS)) !== 0) lost.push('metrics.features')
  if ((features & RTAX_FEATURE.ECN) !== 0) words.push('features', 'ecn')
  if ((features & RTAX_FEATURE.TCP_USEC_TS) !== 0) words.push('features', 'tcp_usec_ts')
  return { words, lost: [...lost, ...leftIn(members, 'metrics.')] }
}

const pervasive = [
  ['ONLINK', 'onlink'],
  ['PERVASIVE', 'pervasive'],
] as const

function flagWords(bits: number): string[] | undefined {
  const names = flagNames({ prefix: '', words: {}, values: { ...RTNH_F.values, ...RTM_F.values } }, bits)
  const words = names.map((name) => pervasive.find(([key]) => key === name)?.[1])
  return words.includes(undefined) ? undefined : (words as string[])
}

/** Returns the words of the next hops of a multipath route. */
function hopWords(
  request: SaidRequest,
  multipath: unknown,
  family: number,
): { words: Word[]; lost: string[] } | undefined {
  if (!Array.isArray(multipath)) return { words: [], lost: [] }
  const parts = (multipath as readonly Bag[]).map((hop, at) => {
    const attrs = new Members(hop.attrs)
    const flags = flagWords(hop.flags as number)
    const encap = encapWords(attrs, request)
    const words = [
      'nexthop',
      ...(attrs.has('newdst') ? ['as', labelsText(attrs.take('newdst')) ?? ''] : []),
      ...(encap?.words ?? []),
      ...viaWords(attrs, family),
      ...(hop.ifindex === 0 ? [] : ['dev', device(request, hop.ifindex as number)]),
      ...(hop.hops === 0 ? [] : ['weight', String(Number(hop.hops) + 1)]),
      ...(attrs.has('flow') ? ['realms', realmsText(attrs.take('flow') as number)] : []),
      ...(flags ?? []),
    ]
    return {
      words,
      lost: [...(flags ? [] : [`multipath.${at}.flags`]), ...(encap?.lost ?? []), ...leftIn(attrs, `multipath.${at}.`)],
    }
  })
  return { words: parts.flatMap(({ words }) => words), lost: parts.flatMap(({ lost }) => lost) }
}

const routeVerbs = { cx: 'add', cr: 'replace', ca: 'append', r: 'change', c: 'prepend', x: 'test' }

/** `ip route` */
export function routeCommand(request: SaidRequest): Command | undefined {
  const { type } = request
  if (type === 'RTM_GETROUTE') return routeReading(request)
  const {
    family = 0,
    dstLen = 0,
    srcLen = 0,
    tos = 0,
    protocol,
    scope = 0,
    type: kind = 0,
    flags = 0,
  } = numbersOf(request)
  const isDelete = type === 'RTM_DELROUTE'
  const verb = isDelete ? 'delete' : verbOf(request, routeVerbs)
  const isMpls = family === AF.MPLS
  const attrs = new Members(request.attrs)
  const table = tableOf(request.value.table, attrs.take('table'))
  const bits = flagWords(flags)
  if (verb === undefined || table === undefined || bits === undefined || !(isIp(family) || isMpls)) return undefined
  const dst = isMpls
    ? labelsText(attrs.take('dst'))
    : networkOf(dstLen === 0 ? undefined : attrs.peek('dst'), dstLen, family)
  attrs.take('dst')
  if (dst === undefined) return undefined
  const from = srcLen === 0 ? [] : ['from', networkOf(attrs.peek('src'), srcLen, family)]
  attrs.take('src')
  const encap = encapWords(attrs, request)
  const [metrics, hops] = [metricsOf(attrs.take('metrics')), hopWords(request, attrs.take('multipath'), family)]
  if (encap === undefined || hops === undefined) return undefined
  const byDefault = isDelete ? RT_SCOPE.NOWHERE : isMpls ? RT_SCOPE.UNIVERSE : defaultScope(request)
  const isDefault = [RTN.UNICAST, ...(isDelete ? [RTN.UNSPEC] : [])].includes(kind as 0)
  const words: Word[] = [
    ...['ip', ...(isMpls ? ['-f', 'mpls'] : family === AF.INET6 ? ['-6'] : [])],
    ...[
      'route',
      verb,
      ...(isDefault && !(isDelete && kind === RTN.UNICAST) ? [] : [String(wordIn(RTN, kind))]),
      dst,
      ...from,
    ],
    ...(tos === 0 ? [] : ['tos', `0x${tos.toString(16)}`]),
    ...(attrs.has('newdst') ? ['as', labelsText(attrs.take('newdst')) ?? ''] : []),
    ...encap.words,
    ...viaWords(attrs, family),
    ...(attrs.has('oif') ? ['dev', device(request, attrs.take('oif') as number)] : []),
    ...(table === RT_TABLE.MAIN ? [] : ['table', String(wordIn(RT_TABLE, table))]),
    ...(protocol === (isDelete ? RTPROT.UNSPEC : RTPROT.BOOT) ? [] : ['proto', String(wordIn(RTPROT, protocol ?? 0))]),
    ...(scope === byDefault ? [] : ['scope', String(wordIn(RT_SCOPE, scope))]),
    ...given('metric', attrs.take('priority')),
    ...given('src', attrs.take('prefsrc')),
    ...(attrs.has('flow') ? ['realms', realmsText(attrs.take('flow') as number)] : []),
    ...metrics.words,
    ...given('nhid', attrs.take('nhId')),
    ...(attrs.has('pref') ? ['pref', String(wordIn(ICMPV6_ROUTER_PREF, attrs.take('pref') as number))] : []),
    ...given('expires', attrs.take('expires')),
    ...(attrs.number('ttlPropagate') === 0 ? ['ttl-propagate', 'disabled'] : []),
    ...bits,
    ...hops.words,
  ]
  return { words, lost: [...encap.lost, ...metrics.lost, ...hops.lost, ...leftIn(attrs)] }
}

/** Returns MPLS labels: `100/200`. */
function labelsText(labels: unknown): string | undefined {
  if (!Array.isArray(labels)) return undefined
  const numbers = labels.map((each) => (isBag(each) ? each.label : each))
  return numbers.every((each) => typeof each === 'number') ? numbers.join('/') : undefined
}

function routeReading(request: SaidRequest): Command | undefined {
  const {
    family = 0,
    dstLen = 0,
    srcLen = 0,
    tos = 0,
    table = 0,
    flags = 0,
    protocol = 0,
    type = 0,
    scope = 0,
  } = numbersOf(request)
  const attrs = new Members(request.attrs)
  const number = attrs.number('table') ?? table
  if (request.isDump) {
    if (!isIp(family) && family !== AF.MPLS) return undefined
    const oif = attrs.number('oif')
    const words = [
      ...['ip', ...(family === AF.MPLS ? ['-f', 'mpls'] : familyOption(family)), 'route', 'show'],
      ...((flags & RTM_F.CLONED) === 0 ? [] : ['cache']),
      ...['table', number === 0 ? 'all' : String(wordIn(RT_TABLE, number))],
      ...(oif === undefined ? [] : ['dev', device(request, oif)]),
      ...(protocol === 0 ? [] : ['proto', String(wordIn(RTPROT, protocol))]),
      ...(type === 0 ? [] : ['type', String(wordIn(RTN, type))]),
    ]
    return dstLen + srcLen + tos + scope === 0 ? { words, lost: leftIn(attrs.ignore('extMask')) } : undefined
  }
  const dst = attrs.text('dst')
  if (dst === undefined || !isIp(family)) return undefined
  const from = attrs.text('src')
  const [iif, oif] = [attrs.number('iif'), attrs.number('oif')]
  const words = [
    ...['ip', 'route', 'get', ...((flags & RTM_F.FIB_MATCH) === 0 ? [] : ['fibmatch'])],
    dst,
    ...(from === undefined ? [] : ['from', from]),
    ...(tos === 0 ? [] : ['tos', `0x${tos.toString(16)}`]),
    ...(iif === undefined ? [] : ['iif', device(request, iif)]),
    ...(oif === undefined ? [] : ['oif', device(request, oif)]),
    ...given('mark', attrs.take('mark')),
    ...(attrs.has('uid') ? ['uid', String(attrs.take('uid'))] : []),
    ...(attrs.has('ipProto') ? ['ipproto', String(wordIn(IPPROTO, attrs.take('ipProto') as number))] : []),
    ...given('sport', attrs.take('sport')),
    ...given('dport', attrs.take('dport')),
    ...given('flowlabel', attrs.take('flowlabel')),
  ]
  return { words, lost: leftIn(attrs) }
}

/** `ip rule` */
export function ruleCommand(request: SaidRequest): Command | undefined {
  const { type } = request
  const { family = 0, dstLen = 0, srcLen = 0, tos = 0, action = 0, flags = 0 } = numbersOf(request)
  const attrs = new Members(request.attrs)
  if (type === 'RTM_GETRULE') {
    if (!request.isDump) return undefined
    const table = attrs.number('table')
    return {
      words: ['ip', ...familyOption(family), 'rule', 'show', ...given('table', table && wordIn(RT_TABLE, table))],
      lost: leftIn(attrs),
    }
  }
  const verb = type === 'RTM_DELRULE' ? 'delete' : verbOf(request, { cx: 'add' })
  const table = tableOf(request.value.table, attrs.take('table'))
  if (verb === undefined || table === undefined || !isIp(family) || (flags & ~FIB_RULE.INVERT) !== 0) return undefined
  const network = (word: string, key: string, length: number) => {
    const address = attrs.take(key)
    return length === 0 ? [] : [word, networkOf(address, length, family)]
  }
  const range = (word: string, key: string) => {
    const found = attrs.take(key) as { start: number; end: number } | undefined
    if (found === undefined) return []
    const isOne = found.start === found.end && word !== 'uidrange'
    return [word, isOne ? String(found.start) : `${found.start}-${found.end}`]
  }
  const [from, to] = [network('from', 'src', srcLen), network('to', 'dst', dstLen)]
  const [mark, mask] = [attrs.number('fwmark'), attrs.number('fwmask')]
  const [ipProto, flow, protocol, goto] = [
    attrs.number('ipProto'),
    attrs.number('flow'),
    attrs.number('protocol'),
    attrs.take('goto'),
  ]
  // Without a protocol, the command names `boot`.
  const [proto, l3mdev] = [
    protocol === undefined || protocol === RTPROT.BOOT ? [] : ['protocol', String(wordIn(RTPROT, protocol))],
    attrs.number('l3mdev'),
  ]
  const hasTable = table !== 0 && (action === FR_ACT.TO_TBL || type === 'RTM_DELRULE')
  const isLookup = action === FR_ACT.TO_TBL || action === FR_ACT.UNSPEC || goto !== undefined
  const words = [
    ...['ip', ...(family === AF.INET6 ? ['-6'] : []), 'rule', verb],
    ...((flags & FIB_RULE.INVERT) === 0 ? [] : ['not']),
    ...[...from, ...to],
    ...given('iif', attrs.take('iifname')),
    ...given('oif', attrs.take('oifname')),
    ...(mark === undefined
      ? []
      : ['fwmark', `0x${mark.toString(16)}${mask === undefined ? '' : `/0x${mask.toString(16)}`}`]),
    ...(tos === 0 ? [] : ['tos', `0x${tos.toString(16)}`]),
    ...given('dscp', attrs.take('dscp')),
    ...(ipProto === undefined ? [] : ['ipproto', String(wordIn(IPPROTO, ipProto))]),
    ...range('sport', 'sportRange'),
    ...range('dport', 'dportRange'),
    ...range('uidrange', 'uidRange'),
    ...given('tun_id', attrs.take('tunId')),
    ...given('priority', attrs.take('priority')),
    ...(flow === undefined ? [] : ['realms', realmsText(flow)]),
    ...given('suppress_prefixlength', attrs.take('suppressPrefixlen')),
    ...given('suppress_ifgroup', attrs.take('suppressIfgroup')),
    ...proto,
    ...(l3mdev === undefined ? [] : ['l3mdev']),
    ...(goto === undefined ? [] : ['goto', String(goto)]),
    ...(hasTable ? ['table', String(wordIn(RT_TABLE, table))] : []),
    ...(isLookup ? [] : [String(wordIn(FR_ACT, action))]),
  ]
  // A deletion without a table names no action.
  const lostAction = type === 'RTM_DELRULE' && action === FR_ACT.TO_TBL ? ['action'] : []
  return { words, lost: [...lostAction, ...leftIn(attrs)] }
}

/** States of neighbours with a word of `ip neigh`. */
const states: ReadonlyMap<number, string> = new Map(
  Object.entries(NUD.values).map(([name, bit]) => [bit, name.toLowerCase()]),
)

/** Members of the header that only the kernel's messages have. Some programs send them back. */
const lostIn = ({ value }: SaidRequest, ...keys: readonly string[]) => keys.filter((key) => !areZero(value, key))

/** `ip neigh` */
export function neighbourCommand(request: SaidRequest): Command | undefined {
  const found = neighbourWords(request)
  const lost = lostIn(request, 'type', ...(request.type === 'RTM_GETNEIGH' ? ['state'] : []))
  return found && { ...found, lost: [...lost, ...found.lost] }
}

function neighbourWords(request: SaidRequest): Command | undefined {
  const { type } = request
  const { family = 0, ifindex = 0, state = 0, flags = 0 } = numbersOf(request)
  const attrs = new Members(request.attrs)
  const isProxy = (flags & NTF.PROXY) !== 0
  if (type === 'RTM_GETNEIGH' && request.isDump) {
    if (family !== 0 && !isIp(family)) return undefined
    const [dev, master] = [attrs.number('ifindex') ?? (ifindex || undefined), attrs.number('master')]
    const filter = [
      ...(isProxy ? ['proxy'] : []),
      ...(dev === undefined ? [] : ['dev', device(request, dev)]),
      ...(master === undefined ? [] : ['master', device(request, master)]),
    ]
    return { words: ['ip', ...familyOption(family), 'neigh', 'show', ...filter], lost: leftIn(attrs.ignore('extMask')) }
  }
  const dst = attrs.text('dst')
  if (!isIp(family) || dst === undefined) return undefined
  const dev = ifindex === 0 ? [] : ['dev', device(request, ifindex)]
  if (type === 'RTM_GETNEIGH')
    return { words: ['ip', 'neigh', 'get', ...(isProxy ? ['proxy'] : []), dst, ...dev], lost: leftIn(attrs) }
  const isDelete = type === 'RTM_DELNEIGH'
  const verb = isDelete ? 'delete' : verbOf(request, usualVerbs)
  const ext = attrs.number('flagsExt') ?? 0
  const known = NTF.PROXY | NTF.ROUTER | NTF.EXT_LEARNED | NTF.USE
  if (verb === undefined || (flags & ~known) !== 0 || (ext & ~NTF_EXT.MANAGED) !== 0) return undefined
  const protocol = attrs.number('protocol')
  const byDefault = isProxy && !isDelete ? 0 : NUD.PERMANENT
  const nud =
    state === byDefault || (isDelete && state === 0) ? [] : ['nud', states.get(state) ?? `0x${state.toString(16)}`]
  return {
    words: [
      ...['ip', 'neigh', verb, ...(isProxy ? ['proxy'] : []), dst],
      ...given('lladdr', attrs.take('lladdr')),
      ...dev,
      ...nud,
      ...((flags & NTF.ROUTER) === 0 ? [] : ['router']),
      ...((flags & NTF.EXT_LEARNED) === 0 ? [] : ['extern_learn']),
      ...((flags & NTF.USE) === 0 ? [] : ['use']),
      ...((ext & NTF_EXT.MANAGED) === 0 ? [] : ['managed']),
      ...(protocol === undefined ? [] : ['protocol', String(wordIn(RTPROT, protocol))]),
    ],
    lost: leftIn(attrs),
  }
}

/** `ip nexthop` */
export function nexthopCommand(request: SaidRequest): Command | undefined {
  const { type, isDump } = request
  const { family = 0, protocol = 0, flags = 0 } = numbersOf(request)
  const attrs = new Members(request.attrs)
  const id = attrs.number('id')
  if (type === 'RTM_GETNEXTHOP' && isDump) {
    const [oif, master] = [attrs.number('oif'), attrs.number('master')]
    const [groups, fdb] = [attrs.take('groups'), attrs.take('fdb')]
    attrs.ignore('opFlags')
    const words = [
      ...['ip', ...familyOption(family), 'nexthop', 'show', ...given('id', id)],
      ...(oif === undefined ? [] : ['dev', device(request, oif)]),
      ...(master === undefined ? [] : ['master', device(request, master)]),
      ...[...(groups ? ['groups'] : []), ...(fdb ? ['fdb'] : [])],
    ]
    return { words, lost: leftIn(attrs) }
  }
  if (type === 'RTM_GETNEXTHOP' || type === 'RTM_DELNEXTHOP')
    return id === undefined
      ? undefined
      : {
          words: ['ip', 'nexthop', type === 'RTM_DELNEXTHOP' ? 'delete' : 'get', 'id', String(id)],
          lost: [...lostIn(request, 'family'), ...leftIn(attrs.ignore('opFlags'))],
        }
  const verb = verbOf(request, { cx: 'add', cr: 'replace' })
  const bits = flagWords(flags)
  const encap = encapWords(attrs, request)
  const group = attrs.take('group') as readonly Bag[] | undefined
  if (type !== 'RTM_NEWNEXTHOP' || verb === undefined || bits === undefined || encap === undefined) return undefined
  const [gateway, oif, groupType] = [attrs.text('gateway'), attrs.number('oif'), attrs.number('groupType')]
  const [blackhole, fdb, hwStats] = [attrs.take('blackhole'), attrs.take('fdb'), attrs.number('hwStatsEnable')]
  const resilient = attrs.nest('resGroup')
  const time = (value: number) => String(value / 100)
  const members =
    group &&
    groupOf(group)
      .map((member) => (member.weight === 1 ? member.id : `${member.id},${member.weight}`))
      .join('/')
  const needsFamily = family === AF.INET6 && gateway === undefined && group === undefined
  return {
    words: [
      ...['ip', ...(needsFamily ? ['-6'] : []), 'nexthop', verb, ...given('id', id)],
      ...(members === undefined ? [] : ['group', members]),
      ...(groupType === 1 ? ['type', 'resilient'] : groupType === 0 ? ['type', 'mpath'] : []),
      ...wordsFor(
        resilient,
        {
          buckets: option('buckets'),
          idleTimer: (value: number) => ['idle_timer', time(value)],
          unbalancedTimer: (value: number) => ['unbalanced_timer', time(value)],
        },
        request,
      ),
      ...(hwStats === undefined ? [] : ['hw_stats', hwStats === 0 ? 'off' : 'on']),
      ...encap.words,
      ...given('via', gateway),
      ...(oif === undefined ? [] : ['dev', device(request, oif)]),
      ...(blackhole ? ['blackhole'] : []),
      ...(fdb ? ['fdb'] : []),
      ...bits,
      ...(protocol === 0 ? [] : ['protocol', String(wordIn(RTPROT, protocol))]),
    ],
    lost: [...encap.lost, ...leftIn(resilient, 'resGroup.'), ...leftIn(attrs)],
  }
}
