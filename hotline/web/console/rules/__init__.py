"""规则, the rule tables' pages: what is in force, which rows answer, drafts on their way, the working calendar."""
