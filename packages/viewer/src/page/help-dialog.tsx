import { Dialog } from './dialog.js'
import { keyHelp } from './keys.js'

/** Words and comparisons of filters, with an example. */
const filters = [
  ['refused', 'what the kernel refused'],
  ['request  reply  event  dump', 'the role of a message'],
  ['kind=link and verb=delete', 'the first words of a row'],
  ['oif=eth0  mtu>1500', 'a key of the decoded value, at any depth'],
  ['type~ROUTE  process=ip', 'a part of a text; the name of a process'],
] as const

const Rows = ({ rows }: { readonly rows: readonly (readonly [string, string])[] }) => (
  <dl>
    {rows.map(([name, meaning]) => (
      <>
        <dt>
          {name.split(/ {2,}/).map((key) => (
            <kbd>{key}</kbd>
          ))}
        </dt>
        <dd>{meaning}</dd>
      </>
    ))}
  </dl>
)

/** The keys, and the language of filters. */
export const HelpDialog = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title="Keys and filters" onClose={onClose}>
    <Rows rows={keyHelp} />
    <h3>Filters</h3>
    <p>The same as of netloom decode --filter, with and, or, not and parentheses.</p>
    <Rows rows={filters} />
  </Dialog>
)
