import { NTF, NTF_EXT, NUD, RTPROT } from '../../../route/index.js'
import { Members } from '../members.js'
import { isIp } from '../network.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { familyOption, given, lostIn, numbersOf, usualVerbs, verbOf } from './ip-words.js'
import { type Command, device, leftIn } from './words.js'

/** States of neighbours with a word of `ip neigh`. */
const states: ReadonlyMap<number, string> = new Map(
  Object.entries(NUD.values).map(([name, bit]) => [bit, name.toLowerCase()]),
)

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
