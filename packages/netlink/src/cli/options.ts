import type { Option } from './declaration.js'

/** The option of commands that read from the kernel. */
export const netnsOption = {
  value: 'NETNS',
  help: 'uses this network namespace: a name of /run/netns, or a path',
  completes: 'netns',
} as const satisfies Option

/** The option of commands that can read from all namespaces. */
export const allNetnsOption = {
  help: 'uses this namespace, all in /run/netns, and those of processes that have an id in this one',
} as const satisfies Option

/** The option of commands that print colours. */
export const colourOption = {
  value: 'WHEN',
  default: 'auto',
  values: ['auto', 'always', 'never'],
  help: 'colours; auto: on a terminal, unless NO_COLOR is set',
} as const satisfies Option
