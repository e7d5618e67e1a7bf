/** What a symbol may be called. */

/** Characters (code points) of a name. */
export const LONGEST_NAME = 24;

/**
 * Characters that are not to be seen and could disturb the text around a name, reverse it for example. The two joiners
 * and the variation selectors stay: emoji and several scripts need them.
 */
const INVISIBLE =
  /(?![\p{Join_Control}\p{Variation_Selector}])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
const VISIBLE = /[^\p{Z}\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const AT_THE_ENDS = /^[ \p{Join_Control}]+|[ \p{Join_Control}]+$/gu;

/**
 * A name as it is kept and shown: `tidyName(' cat\n') === 'cat'`. Empty where nothing to be seen is left. Tidying twice
 * is as tidying once.
 */
export function tidyName(text: string): string {
  const name = plain(text);
  const characters = [...name];
  return characters.length > LONGEST_NAME
    ? plain(characters.slice(0, LONGEST_NAME).join(''))
    : name;
}

function plain(text: string): string {
  const name = text
    .replace(/\s+/g, ' ')
    .replace(INVISIBLE, '')
    .replace(/ +/g, ' ')
    .normalize('NFC')
    .replace(AT_THE_ENDS, '');
  return VISIBLE.test(name) ? name : '';
}
