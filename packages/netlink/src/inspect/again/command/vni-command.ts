import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { range, single } from './bridge-words.js'
import { type Command, device, leftIn } from './words.js'

/** `bridge vni` */
export function vniCommand(request: SaidRequest): Command | undefined {
  const { type, value, isDump } = request
  const { ifindex = 0, flags = 0 } = value as Readonly<Record<string, number>>
  const attrs = new Members(request.attrs)
  const dev = ifindex === 0 ? [] : ['dev', device(request, ifindex)]
  if (type === 'RTM_GETTUNNEL' && isDump)
    return { words: ['bridge', ...((flags & 1) === 0 ? [] : ['-s']), 'vni', 'show', ...dev], lost: leftIn(attrs) }
  const entry = single(attrs.take('entry'))
  if (entry === undefined || ifindex === 0 || flags !== 0) return undefined
  const vni = range(entry.take('start'), entry.take('end'))
  const groups = ['group', 'group6'].map((key) => entry.take(key)).filter((each) => each !== undefined)
  const words = [
    'bridge',
    'vni',
    type === 'RTM_DELTUNNEL' ? 'del' : 'add',
    'vni',
    vni,
    ...groups.flatMap((each) => ['remote', String(each)]),
    ...dev,
  ]
  return { words, lost: [...leftIn(entry, 'entry.'), ...leftIn(attrs)] }
}
