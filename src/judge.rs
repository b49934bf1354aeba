//! Message × rules → Judgement.
