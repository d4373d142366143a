import { ArgumentError, show } from '../../codec/index.js'
import { type TeamOptionAttrs, team } from '../../generic/team.js'
import { list as listLinks } from '../link/read.js'
import { ifThere, readLink } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { explained, requestsOf } from '../run/requests.js'
import { refusal } from '../run/selection.js'
import { shortText, U32 } from '../values/accepted.js'
import { checkLinkRef, type LinkRef, refText } from '../values/link-ref.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { optionsOf, portsOf } from './decode.js'
import { checkAnyValue, typedValue } from './option-type.js'
import type { NewTeamOption, Team, TeamOption, TeamOptionKey, TeamPort, TeamSettings } from './types.js'

const { read, change } = requestsOf(team)

/** Returns the index of a team. @throws {NetlinkError} `ENODEV` if there is no such link, `EOPNOTSUPP` if it is of another kind */
function* teamOf(request: string, ref: LinkRef): Operation<{ readonly index: number; readonly name: string }> {
  const { index, attrs } = yield* readLink('team', ref)
  if (attrs.linkinfo?.kind !== 'team')
    throw refusal({ request, code: 'EOPNOTSUPP', attribute: 'team', explanation: `${refText(ref)} is no team` })
  return { index, name: attrs.ifname ?? '' }
}

function* optionsOfTeam(teamIfindex: number): Operation<TeamOption[]> {
  return optionsOf(yield* read('TEAM_CMD_OPTIONS_GET', { attrs: { teamIfindex } }))
}

function* portsOfTeam(teamIfindex: number): Operation<TeamPort[]> {
  return portsOf(yield* read('TEAM_CMD_PORT_LIST_GET', { attrs: { teamIfindex } }))
}

/** Lists the options of a team. */
export function* options(ref: LinkRef): Operation<TeamOption[]> {
  return yield* optionsOfTeam((yield* teamOf('TEAM_CMD_OPTIONS_GET', ref)).index)
}

/** Lists the ports of a team. */
export function* ports(ref: LinkRef): Operation<TeamPort[]> {
  return yield* portsOfTeam((yield* teamOf('TEAM_CMD_PORT_LIST_GET', ref)).index)
}

/** The mode of a team for which none is set (`__team_no_mode`, drivers/net/team). */
const NO_MODE = '*NOMODE*'

function* teamAt(index: number, name: string): Operation<Team> {
  const own = yield* optionsOfTeam(index)
  const optionOf = (key: string) => own.find((each) => each.name === key)?.value
  const mode = optionOf('mode')
  return {
    ...{ index, name },
    ...(typeof mode === 'string' && mode !== NO_MODE && { mode }),
    ...defined({ activePort: (optionOf('activeport') as number | undefined) || undefined }),
    ports: yield* portsOfTeam(index),
  }
}

/** Returns a team. */
export function* get(ref: LinkRef): Operation<Team | undefined> {
  const found = yield* ifThere(teamOf('TEAM_CMD_OPTIONS_GET', ref), 'ENODEV')
  return found && (yield* teamAt(found.index, found.name))
}

/** Lists all teams. */
export function* list(): Operation<Team[]> {
  const teams: Team[] = []
  for (const { index, name } of yield* listLinks({ kind: 'team' })) teams.push(yield* teamAt(index, name))
  return teams
}

const keyKeys = { name: shortText(255), dev: 1, arrayIndex: U32 } satisfies Record<keyof TeamOptionKey, unknown>
/** With the members of an option that was read. */
const optionKeys = { ...keyKeys, value: 1, type: 1 }

function checkKey(key: TeamOptionKey): void {
  checkKeys('option', key, optionKeys)
  requireKeys('option', key, 'name')
  checkLinkRef('dev of option', key.dev)
}

/** Finds an option among those of a team. */
function* find(index: number, { name, dev, arrayIndex }: TeamOptionKey): Operation<TeamOption | undefined> {
  const port = dev === undefined ? undefined : (yield* readLink('dev', dev)).index
  const own = yield* optionsOfTeam(index)
  return own.find((each) => each.name === name && each.dev === port && each.arrayIndex === arrayIndex)
}

/** Returns an option. */
export function* getOption(ref: LinkRef, key: TeamOptionKey): Operation<TeamOption | undefined> {
  checkKey(key)
  const { index } = yield* teamOf('TEAM_CMD_OPTIONS_GET', ref)
  return yield* find(index, key)
}

/**
 * Sets one option. The kernel announces it afterwards, answers `ESRCH` if no socket listens, and leaves out further options of the request
 * (`team_nl_cmd_options_set`).
 */
function* send(teamIfindex: number, option: TeamOptionAttrs): Operation<void> {
  yield* ifThere(change('TEAM_CMD_OPTIONS_SET', { attrs: { teamIfindex, listOption: { option: [option] } } }), 'ESRCH')
}

/** Sets an option. The request contains its type, which is read first. */
export function* setOption(ref: LinkRef, option: NewTeamOption): Operation<void> {
  checkKey(option)
  requireKeys('option', option, 'value')
  checkAnyValue(option.value)
  const { index } = yield* teamOf('TEAM_CMD_OPTIONS_SET', ref)
  const found = yield* find(index, option)
  if (found === undefined)
    throw refusal({
      request: 'TEAM_CMD_OPTIONS_SET',
      code: 'ENOENT',
      explanation: `no such option ${show(option.name)}`,
    })
  const { name, type, dev, arrayIndex } = found
  const attrs = { name, ...typedValue(name, type, option.value), ...defined({ portIfindex: dev, arrayIndex }) }
  yield* send(index, attrs as TeamOptionAttrs)
}

/** Sets the mode and the active port. */
export function* set(ref: LinkRef, settings: TeamSettings): Operation<void> {
  checkKeys('settings', settings, { mode: shortText(31), activePort: 1 })
  const { mode, activePort } = settings
  if (mode === undefined && activePort === undefined)
    throw new ArgumentError("expected settings to have 'mode' or 'activePort', got none")
  checkLinkRef('activePort of settings', activePort)
  const { index } = yield* teamOf('TEAM_CMD_OPTIONS_SET', ref)
  // Before the mode is set: a wrong link changes nothing.
  const port = activePort === undefined ? undefined : (yield* readLink('activePort', activePort)).index
  if (mode !== undefined) yield* send(index, { name: 'mode', ...typedValue('mode', 'string', mode) })
  if (port !== undefined)
    yield* explained(
      send(index, { name: 'activeport', ...typedValue('activeport', 'u32', port) }),
      'ENOENT',
      'the link is no port of the team, or its mode has no active port',
    )
}
