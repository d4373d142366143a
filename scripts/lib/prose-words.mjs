// Words that a native English-speaking engineer would not use in a comment, a message or a name, and what to write instead.

/** Expressions, each a word or a few; `a|b` lists forms. The right side is advice that the lint step prints. */
export const words = {
  'told|tells?|untold': 'reported, returned, notified; the kernel reports',
  'wish(?:es|ed)?': 'desired state, spec, difference',
  beside: 'next to, in addition to',
  'otherwise than': 'differently from',
  'to be had|is had|are had': 'available; can be opened',
  '(?:goes?|went|going) by': 'uses; is looked up by',
  'nobody|somebody|everybody|whoever|who|whom': 'the caller, the plugin, the process that …; no caller',
  'spelt|spelled|spelling|respelt|misspelt': 'wire form, lossless form; for user input: a wrong name',
  'asks? for|asked for|asking': 'requests, requested',
  '(?:is|are|was|were) asked': 'receives the request; is requested',
  'under way': 'in flight, running',
  unsaid: 'silent, not announced',
  'in (?:its|their) place|at (?:its|their) place': 'in place; instead',
  '(?:has|have) (?:its|their) place': 'belongs',
  '(?:is|are) gone': 'is removed, is deleted, no longer exists',
  'knows nothing': 'does not know',
  'takes? part': 'participates; is included',
  '(?:gives?|takes?) back': 'returns; undoes, releases',
  'makes? of': 'does with; builds from',
  'where (?:it|there|that|they)': 'if, when, unless',
  'for want of|lest|hence|thereof|therein|whereof|wherein|whereby|shall|withal|manieth': 'plain present-day words',
  '(?:namespace|process|socket|line|group|session|buffer|seed|state|name|number)s? of (?:its|their) own':
    'its own namespace, its own process, …',
  '(?:types|attributes|entries|numbers|message|sources|node) alone': 'only types, only attributes, …',
  'learnt|besides': 'learned, received; in addition to',
  'be it|but for|is but|are but|can but': 'only; except',
  'owes?|heeds?|befalls?': 'needs, observes, happens to',
}

/** Doc comments do not begin with one of these: a verb in the present tense does, or the name of the thing. */
export const openings = ['What', 'Whether', 'Who', 'Whom', 'Whose', 'How', 'Where', 'Which', 'That', 'Why']

/**
 * Places that keep such a word, each with its reason. A row that no longer matches is an error, so the list only shrinks.
 * `file` is relative to the repository, `text` is the expression as it stands there.
 */
export const exceptions = [
  ...['packages/packet/src/layers/format.ts', 'test/packet/layers.test.ts'].flatMap((file) => [
    { file, text: 'who', reason: 'the format of tcpdump: who-has' },
    { file, text: 'tell', reason: 'the format of tcpdump: who-has … tell …' },
  ]),
  { file: 'packages/packet/src/layers/format-upper.ts', text: 'who', reason: 'the format of tcpdump: who has' },
  { file: 'CHANGELOG.md', text: 'Wish', reason: 'the former name of an exported type' },
  { file: 'CHANGELOG.md', text: 'wishes', reason: 'the former name of a property' },
  ...[
    'docs/wireless.md',
    'packages/netlink/src/api/nl80211/security.ts',
    'packages/netlink/src/api/nl80211/types.ts',
  ].map((file) => ({ file, text: 'owe', reason: 'a key management of 802.11: opportunistic wireless encryption' })),
  { file: 'scripts/lib/prose.mjs', text: 'told', reason: 'an example of a word that is found' },
]

/** Limits of {@link exceptions}: rows about words, and about openings. */
export const limits = { words: 30, openings: 20 }
