"""From use to data: what people made of drafts becomes candidates, people review them, reviewed ones are exported."""
