import { flagNames } from '../../../codec/index.js'
import { IFA_F, RT_SCOPE } from '../../../route/index.js'
import { INFINITE_LIFETIME } from '../address-call.js'
import { Members } from '../members.js'
import { isIp } from '../network.js'
import type { SaidRequest } from '../request-of.js'
import { wordIn } from '../words.js'
import { familyOption, numbersOf, usualVerbs, verbOf } from './ip-words.js'
import { type Command, device, leftIn, option, wordsFor } from './words.js'

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
