import vue from "eslint-plugin-vue";
import typescript from "typescript-eslint";

const INNER_HTML = { selector: "MemberExpression[property.name='innerHTML']", message: "Text enters the page as text nodes only." };
const PAGES = ["console", "dashboard", "knowledge"];
const MINE = "A page's folder is its own: what two pages need stands in src/shared.";

/** No file of `files` imports from the folders of `pages`, neither at once nor lazily. */
function keptOut(files, pages) {
  const theirs = `^(@|\\.\\.)/(${pages.join("|")})/`;
  return {
    files,
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: theirs, message: MINE }] }],
      "no-restricted-syntax": ["error", INNER_HTML, { selector: `ImportExpression[source.value=/${theirs.replaceAll("/", "\\/")}/]`, message: MINE }],
    },
  };
}

export default typescript.config(
  { ignores: ["node_modules/", "src/api/schema.d.ts"] },
  ...typescript.configs.recommended,
  ...vue.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: typescript.parser } },
  },
  {
    rules: {
      // Line breaks are the editor's business; names of one word are how our components read.
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/first-attribute-linebreak": "off",
      "vue/attributes-order": "off",
      "vue/require-default-prop": "off",
      "vue/multi-word-component-names": "off",
      "vue/no-v-html": "error",
      "vue/block-order": ["error", { order: ["script", "template", "style"] }],
      "no-restricted-syntax": ["error", INNER_HTML],
    },
  },
  ...PAGES.map((page) => keptOut([`src/${page}/**`], PAGES.filter((other) => other !== page))),
  keptOut(["src/api/**", "src/session/**", "src/shared/**"], PAGES),
);
