import { calledBy } from '../../connection/caller.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { team } from '../../generic/team.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import { describeLink } from '../values/describe.js'
import type { LinkRef } from '../values/link-ref.js'
import { EventStream, type EventStreamOptions } from '../watch/event-stream.js'
import { get, getOption, list, options, ports, set, setOption } from './requests.js'
import type {
  NamedTeamOption,
  NamedTeamPort,
  NewTeamOption,
  Team,
  TeamEvent,
  TeamOption,
  TeamOptionKey,
  TeamPort,
  TeamSettings,
} from './types.js'
import { teamEvents } from './watch.js'

/** Operations that send requests. */
interface TeamRequests {
  /** Lists all teams with their modes and ports. */
  list(options?: WaitOptions): Promise<Team[]>

  /** Lists all teams. Synchronous form of {@link TeamOperations.list}. */
  listSync(options?: TimeoutOptions): Team[]

  /**
   * Returns a team with its mode and ports; `undefined` if there is no such link.
   * @throws {NetlinkError} `EOPNOTSUPP` if the link is of another kind
   */
  get(team: LinkRef, options?: WaitOptions): Promise<Team | undefined>

  /** Returns a team. Synchronous form of {@link TeamOperations.get}. */
  getSync(team: LinkRef, options?: TimeoutOptions): Team | undefined

  /**
   * Sets the mode and the active port.
   * @throws {NetlinkError} `EBUSY` for the mode of a team with ports, `ENOENT` for an active port that is no port of the team, or if its mode has none
   */
  set(team: LinkRef, settings: TeamSettings, options?: WaitOptions): Promise<void>

  /** Sets the mode and the active port. Synchronous form of {@link TeamOperations.set}. */
  setSync(team: LinkRef, settings: TeamSettings, options?: TimeoutOptions): void

  /** Lists the ports of a team, like `teamnl team0 ports`. */
  ports<N extends boolean = false>(team: LinkRef, options?: ReadOptions<N>): Promise<Read<N, TeamPort, NamedTeamPort>[]>

  /** Lists the ports of a team. Synchronous form of {@link TeamOperations.ports}. */
  portsSync<N extends boolean = false>(team: LinkRef, options?: ReadOptionsSync<N>): Read<N, TeamPort, NamedTeamPort>[]

  /** Lists the options of a team, of its mode and of its ports, like `teamnl team0 options`. */
  options<N extends boolean = false>(
    team: LinkRef,
    options?: ReadOptions<N>,
  ): Promise<Read<N, TeamOption, NamedTeamOption>[]>

  /** Lists the options of a team. Synchronous form of {@link TeamOperations.options}. */
  optionsSync<N extends boolean = false>(
    team: LinkRef,
    options?: ReadOptionsSync<N>,
  ): Read<N, TeamOption, NamedTeamOption>[]

  /** Returns an option, like `teamnl team0 getoption mode`; `undefined` if there is none. */
  getOption<N extends boolean = false>(
    team: LinkRef,
    key: TeamOptionKey,
    options?: ReadOptions<N>,
  ): Promise<Read<N, TeamOption, NamedTeamOption> | undefined>

  /** Returns an option. Synchronous form of {@link TeamOperations.getOption}. */
  getOptionSync<N extends boolean = false>(
    team: LinkRef,
    key: TeamOptionKey,
    options?: ReadOptionsSync<N>,
  ): Read<N, TeamOption, NamedTeamOption> | undefined

  /**
   * Sets an option, like `teamnl team0 setoption mode activebackup`. Reads its type first.
   * @throws {TypeError} for a value of another type
   * @throws {NetlinkError} `ENOENT` if there is no such option
   */
  setOption(team: LinkRef, option: NewTeamOption, options?: WaitOptions): Promise<void>

  /** Sets an option. Synchronous form of {@link TeamOperations.setOption}. */
  setOptionSync(team: LinkRef, option: NewTeamOption, options?: TimeoutOptions): void
}

/** Teams of links: modes, options and ports: `nl.team`. Teams are created by `nl.link.add({ name: 'team0', kind: 'team' })`. */
export interface TeamOperations extends TeamRequests {
  /**
   * Returns changes of options and ports of all teams, for `for await`, like `teamnl team0 monitor all`.
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: EventStreamOptions): EventStream<TeamEvent>
}

/** Creates the operations. */
export const open = (connections: Connections): TeamOperations => {
  const family = () => connections.generic(team)
  const connection = withLinks(connections, () => family() as AnyConnection)
  const requests = bind<TeamRequests>(new Runner(() => connection, 'team', describeLink), {
    list: { arguments: 0, run: list },
    get: { arguments: 1, run: get },
    set: { arguments: 2, run: set },
    ports: { arguments: 1, run: ports, reads: true },
    options: { arguments: 1, run: options, reads: true },
    getOption: { arguments: 2, run: getOption, reads: true },
    setOption: { arguments: 2, run: setOption },
  })
  const watch: TeamOperations['watch'] = (options = {}) =>
    calledBy(watch, () => EventStream.from(teamEvents(family), options))
  return { ...requests, watch }
}
