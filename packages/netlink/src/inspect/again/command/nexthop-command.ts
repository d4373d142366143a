import { AF } from '../../../codec/index.js'
import { RTPROT } from '../../../route/index.js'
import { type Bag, Members } from '../members.js'
import { groupOf } from '../nexthop-call.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { encapWords } from './encap.js'
import { familyOption, given, lostIn, numbersOf, verbOf } from './ip-words.js'
import { flagWords } from './route-words.js'
import { type Command, device, type Format, leftIn, type Options, option, wordsFor } from './words.js'

const seconds =
  (word: string): Format =>
  (hundredths: number) => [word, String(hundredths / 100)]

/** Options of a group, by the attribute. */
export const groupOptions: Options = {
  // The kernel reports the usual type, too.
  groupType: (type: number, { isSent }) =>
    type === 1 ? ['type', 'resilient'] : type === 0 && isSent ? ['type', 'mpath'] : [],
  hwStatsEnable: (value: number) => ['hw_stats', value === 0 ? 'off' : 'on'],
}

/** Options of a resilient group. */
export const resilientOptions: Options = {
  buckets: option('buckets'),
  idleTimer: seconds('idle_timer'),
  unbalancedTimer: seconds('unbalanced_timer'),
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
  const [gateway, oif] = [attrs.text('gateway'), attrs.number('oif')]
  const [blackhole, fdb] = [attrs.take('blackhole'), attrs.take('fdb')]
  const resilient = attrs.nest('resGroup')
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
      ...wordsFor(attrs, groupOptions, request),
      ...wordsFor(resilient, resilientOptions, request),
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
