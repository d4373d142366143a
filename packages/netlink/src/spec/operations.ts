import { constantName, prefixOf, withPrefix } from './names.js'
import type { Place } from './place.js'
import type { SpecOperation } from './types.js'

const OPERATIONS = ['enum-model', 'name-prefix', 'enum-name', 'async-prefix', 'async-enum', 'fixed-header', 'list']
const OPERATION = [
  ...[
    'name',
    'doc',
    'value',
    'attribute-set',
    'flags',
    'dont-validate',
    'fixed-header',
    'do',
    'dump',
    'notify',
    'event',
  ],
  ...['mcgrp', 'config-cond'],
]
const HANDLER = ['request', 'reply', 'pre', 'post', 'error']

/** Largest number of a message: `nlmsg_type` has 16 bits. */
const MOST_NUMBER = 0xffff

interface Numbers {
  readonly request: number
  readonly reply: number
}

const isNotice = (place: Place) => !place.at('notify').isAbsent || !place.at('event').isAbsent

/** Gives each operation one number, that of its request and of its reply. */
function unified(places: readonly Place[]): Numbers[] {
  let next = 1
  return places.map((each) => {
    const number = each.at('value').numberIfAny(MOST_NUMBER) ?? next
    next = number + 1
    return { request: number, reply: number }
  })
}

/** Numbers messages to the kernel and messages from it separately. */
function directional(places: readonly Place[]): Numbers[] {
  let [request, reply] = [1, 1]
  return places.map((each) => {
    if (isNotice(each)) {
      reply = each.at('value').numberIfAny(MOST_NUMBER) ?? reply
      return { request, reply: reply++ }
    }
    const handler = each.at('do').isAbsent ? each.at('dump') : each.at('do')
    request = handler.at('request').at('value').numberIfAny(MOST_NUMBER) ?? request
    reply = handler.at('reply').at('value').numberIfAny(MOST_NUMBER) ?? reply
    const numbers = { request: request++, reply }
    if (!handler.at('reply').isAbsent) reply++
    return numbers
  })
}

/** Reads the operations. A notification has the attributes of the operation that it names. */
export function operationsAt(place: Place, family: string): SpecOperation[] {
  const places = place.object(OPERATIONS).at('list').elements()
  for (const each of places)
    for (const handler of [each.object(OPERATION).at('do'), each.at('dump')])
      if (!handler.isAbsent) handler.object(HANDLER)
  const model = place.at('enum-model')
  const isDirectional = !model.isAbsent && model.oneOf(['unified', 'directional']) === 'directional'
  const numbers = (isDirectional ? directional : unified)(places)
  const prefix = place.at('name-prefix').nameIfAny() ?? `${family}-cmd-`
  const noticePrefix = place.at('async-prefix').nameIfAny() ?? prefix
  const header = place.at('fixed-header').nameIfAny()
  const named = new Map(places.map((each) => [each.at('name').name(), each]))
  const setOf = (each: Place): string | undefined => {
    const other = each.at('notify')
    if (!each.at('attribute-set').isAbsent || other.isAbsent) return each.at('attribute-set').nameIfAny()
    const target = named.get(other.text())
    if (target === undefined) throw other.unexpected('the name of an operation')
    return target.at('attribute-set').nameIfAny()
  }
  return places.flatMap((each, index): SpecOperation[] => {
    const { request, reply } = numbers[index] as Numbers
    const common = {
      name: withPrefix(prefixOf(isNotice(each) ? noticePrefix : prefix), constantName(each.at('name').name())),
      doc: each.at('doc').textIfAny(),
      set: setOf(each),
      header: each.at('fixed-header').nameIfAny() ?? header,
    }
    if (isNotice(each)) return [{ ...common, request: undefined, reply, isGet: false }]
    const [single, dump] = [each.at('do'), each.at('dump')]
    // Some specs reserve a number.
    if (single.isAbsent && dump.isAbsent) return []
    const hasReply = !single.at('reply').isAbsent || !dump.isAbsent
    return [{ ...common, request, reply: hasReply ? reply : undefined, isGet: hasReply }]
  })
}
