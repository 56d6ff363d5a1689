"""Assessment 考核: a month's figures by unit, objected to, decided, approved, frozen, published; the year's sheet beside them."""
