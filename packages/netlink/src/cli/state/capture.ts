import { toJson } from '../../codec/json.js'
import { Netlink } from '../../netlink.js'
import type { Desired } from '../../plan/index.js'
import { type Command, command } from '../command.js'
import type { Declaration } from '../declaration.js'
import { netnsOption } from '../options.js'
import { captured } from './captured.js'
import { EXIT } from './exit.js'
import { stateFromJson } from './from-json.js'

const declaration = {
  description: [
    'Prints the links, addresses, routes, rules, next hops, neighbours, tables of bridges and qdiscs of a namespace as a desired state, in JSON.',
    'Objects that the kernel creates by itself are left out, such as link-local addresses and the routes to the networks of addresses; and those with a limited lifetime, such as addresses of DHCP. Options that are left out, such as sizes of offloads, stay as they are when the state is applied.',
    'A plan for this state has nothing to do. If the state cannot express what there is, the differences are printed on standard error.',
  ],
  options: { netns: netnsOption },
  examples: [
    ['netloom capture-state > site.json', 'Writes the present state to a file'],
    ['netloom capture-state --netns blue | netloom plan -', 'Prints how this namespace differs from another one'],
  ],
  exitCodes: {
    0: 'the state is printed, and a plan for it has nothing to do',
    1: 'the kernel or the machine refuses; or a plan for the state has something to do',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** The command `netloom capture-state`. */
export const captureState: Command = command(declaration, async ({ options: { netns } }, out) => {
  using nl = Netlink.open({ netns })
  const state = toJson(await captured(nl)) as Readonly<Record<string, unknown>>
  for (const line of JSON.stringify(state, null, 2).split('\n')) out.line(line)
  const plan = await nl.plan(stateFromJson(state) as Desired)
  if (plan.isEmpty) return EXIT.nothing
  out.complain(`expected a state with nothing to do, but this differs:\n${plan}`)
  return EXIT.failed
})
